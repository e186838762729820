using System;
using System.IO;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

// Makes a dynamic VHDX image from a raw disk, and reads its first sector back:
//   dotnet run --project docs/examples/RawToVhdx -- RAW VHDX
if (args.Length != 2)
{
    Console.Error.WriteLine("usage: RawToVhdx RAW VHDX");
    return 1;
}

try
{
    using (FileStream raw = File.OpenRead(args[0]))
    using (LinuxFile target = LinuxFile.CreateNew(args[1]))
    {
        var options = new CreateOptions { DiskSizeBytes = raw.Length, BlockSizeBytes = 1024 * 1024 };
        Creator.Create(target, options, new RandomGuidSource(), raw);
    }

    var fileOptions = new FileOpenOptions();
    using var chain = DifferencingChain.Open(
        LinuxFile.OpenRead(args[1], fileOptions), new LinuxParentSource(fileOptions), new OpenOptions());
    byte[] sector = new byte[chain.Disk.LogicalSectorSizeBytes];
    chain.Disk.Read(0, sector);
    long? stored = chain.Disk.MeasureAllocatedBytes();
    Console.WriteLine($"{args[1]}: {chain.Disk.LengthBytes} bytes, {stored} of them stored");
    return 0;
}
catch (Exception e) when (e is VhdxException or IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
