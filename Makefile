# `make demo` and `make test` need nothing but the .NET SDK: they install the rest themselves (.ci/install).
# All output lies in artifacts/. The mount tests run the program at artifacts/vhdxfuse, found upward from their assembly.

export DOTNET_NOLOGO = 1
export DOTNET_CLI_TELEMETRY_OPTOUT = 1
MAKEFLAGS += --no-print-directory

unit_projects = VhdxFuse.Vhdx.Tests VhdxFuse.Fuse.Tests
epoch = $${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)}
static_or_skipped = $(MAKE) static || echo "vhdxfuse: no static program: the container's tests are skipped" >&2
compile = dotnet build VhdxFuse.sln -v quiet --nologo

.PHONY: build static docker manual test unit interop crash mount house style lint format package bench bench-micro demo clean

# The Native AOT program. Moved into place, since a mount that still runs holds the old file.
build: install-build
	dotnet publish src/VhdxFuse -c Release -v quiet --nologo
	cp artifacts/publish/VhdxFuse/release/vhdxfuse artifacts/vhdxfuse.new
	mv -f artifacts/vhdxfuse.new artifacts/vhdxfuse

# The same program without any library: for images FROM scratch and for every distribution.
static: install-static build
	CFLAGS='-O2 -ffunction-sections -fdata-sections' \
		dotnet publish src/VhdxFuse -c Release -p:StaticExecutable=true -v quiet --nologo
	cp artifacts/publish/VhdxFuse/static/vhdxfuse artifacts/vhdxfuse-static.new
	mv -f artifacts/vhdxfuse-static.new artifacts/vhdxfuse-static

# The container image vhdxfuse, in the storage of podman and buildah; needs no registry (docker/README.md).
docker: static
	@bash docker/build

.PHONY: install-build install-static install-test install-demo
install-build install-static install-test install-demo: install-%:
	@bash .ci/install $*

# Every test project; the last line is `N passed, N failed[, N skipped]`.
test: install-test build
	@$(static_or_skipped)
	$(compile)
	@bash .ci/test

# The engine and the transport, without a kernel, a mount or anybody else's program.
unit: install-build
	$(compile)
	@bash .ci/test $(unit_projects)

# Against other people's tools and images.
interop: install-test
	$(compile)
	@bash .ci/test VhdxFuse.Interop.Tests

# Every point at which a crash can come.
crash: install-build
	$(compile)
	@bash .ci/test VhdxFuse.Crash.Tests

# Real FUSE mounts, in child processes.
mount: install-test build
	@$(static_or_skipped)
	$(compile)
	@bash .ci/test VhdxFuse.Mount.Tests

# The repository's own rules.
house: install-build
	$(compile)
	@bash .ci/test VhdxFuse.House.Tests

style: install-build
	dotnet format VhdxFuse.sln --verify-no-changes

lint: style house

format: install-build
	dotnet format VhdxFuse.sln

# The manual page and the completions of three shells, in artifacts/manual, from the parser's own definitions.
manual: install-build
	SOURCE_DATE_EPOCH=$(epoch) dotnet run --project docs/manual -v quiet -- artifacts/manual

# In artifacts/package: the .deb, the archive with the static program, and the two libraries as NuGet packages.
package: static manual
	dotnet pack src/VhdxFuse.Vhdx -v quiet --nologo
	dotnet pack src/VhdxFuse.Fuse -v quiet --nologo
	cp artifacts/package/release/*.*nupkg artifacts/package/
	@SOURCE_DATE_EPOCH=$(epoch) bash .ci/package artifacts/package
	@ls -l artifacts/package

# Beside other programs, in one run; never part of a test. BENCH_ARGS hands it options, as BENCH_ARGS=--help.
benchmarks = dotnet run -c Release --project tests/VhdxFuse.Benchmarks -v quiet --

bench: build
	@$(benchmarks) $(BENCH_ARGS)

# The engine's parts by themselves, by BenchmarkDotNet.
bench-micro: install-build
	@$(benchmarks) micro $(BENCH_ARGS)

demo: install-demo build
	@bash .ci/demo

clean:
	rm -rf artifacts
