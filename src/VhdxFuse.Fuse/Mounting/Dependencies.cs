using System;
using System.Globalization;
using System.IO;
using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>Whether this process can mount at all.</summary>
internal static class Dependencies
{
    private const string StatusPath = "/proc/self/status";
    private const string EffectiveCapabilities = "CapEff:";
    private const int SysAdmin = 21; // CAP_SYS_ADMIN

    /// <returns>Null when nothing speaks against it.</returns>
    public static FuseProblem? Check()
    {
        try
        {
            LibC.Close(FuseDevice.Open());
        }
        catch (FuseException exception)
        {
            return new FuseProblem(exception.Failure, exception.Message);
        }

        return HasSysAdmin() || FusermountClient.IsInstalled()
            ? null
            : new FuseProblem(FuseFailure.NotPermitted, FusermountClient.MissingMessage);
    }

    /// <summary>Whether CAP_SYS_ADMIN is in effect.</summary>
    public static bool HasSysAdmin()
    {
        foreach (string line in File.Exists(StatusPath) ? File.ReadLines(StatusPath) : [])
        {
            if (line.StartsWith(EffectiveCapabilities, StringComparison.Ordinal))
            {
                ReadOnlySpan<char> digits = line.AsSpan(EffectiveCapabilities.Length).Trim();
                ulong set = ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                return (set >> SysAdmin & 1) != 0;
            }
        }

        return false;
    }
}
