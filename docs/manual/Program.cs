using System;
using System.Globalization;
using System.Runtime.Versioning;
using VhdxFuse.Manual;

[assembly: SupportedOSPlatform("linux")]

// Writes the manual page and the completions of bash, zsh and fish from the definitions that the parser uses:
//   SOURCE_DATE_EPOCH=SECONDS dotnet run --project docs/manual -- FOLDER
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: VhdxFuse.Manual FOLDER");
    return 1;
}

string epoch = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") ?? "0";
ManualFiles.Write(args[0], long.Parse(epoch, CultureInfo.InvariantCulture));
return 0;
