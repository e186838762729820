using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace VhdxFuse.Output;

/// <summary>A hash that grows with what is appended.</summary>
internal sealed class RunningHash : IDisposable
{
    /// <summary>The names that the command line takes.</summary>
    public static readonly string[] Names = ["sha256", "sha1", "md5", "sha512", "sha384", Fingerprint];

    private const string Fingerprint = "xxh128";

    private static readonly Dictionary<int, string> NameOfLength = new()
    {
        [32] = "md5",
        [40] = "sha1",
        [64] = "sha256",
        [96] = "sha384",
        [128] = "sha512",
    };

    private readonly IncrementalHash? _cryptographic;
    private readonly XxHash128? _fingerprint;

    /// <param name="name">Among <see cref="Names"/>.</param>
    public RunningHash(string name)
    {
        Name = name;
        if (name is Fingerprint)
        {
            _fingerprint = new XxHash128();
        }
        else
        {
            _cryptographic = IncrementalHash.CreateHash(new HashAlgorithmName(name.ToUpperInvariant()));
        }
    }

    public string Name { get; }

    /// <summary>The algorithm that most likely made a hash, by its length; null when it is none in hexadecimal.
    /// </summary>
    public static string? NameOf(string hex) => Array.TrueForAll(hex.ToCharArray(), char.IsAsciiHexDigit)
        ? NameOfLength.GetValueOrDefault(hex.Length)
        : null;

    /// <summary>Whether an algorithm makes hashes that look like this one.</summary>
    public static bool Fits(string name, string hex) =>
        string.Equals(NameOf(hex), name is Fingerprint ? "md5" : name, StringComparison.Ordinal); // both of 128 bits

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _cryptographic?.AppendData(bytes);
        _fingerprint?.Append(bytes);
    }

    /// <summary>Lower-case hexadecimal of what was appended; begins anew.</summary>
    public string Take()
    {
        byte[] hash = _cryptographic?.GetHashAndReset() ?? _fingerprint!.GetHashAndReset();
        return Convert.ToHexStringLower(hash);
    }

    public void Dispose() => _cryptographic?.Dispose();
}
