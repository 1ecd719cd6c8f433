using System.Globalization;

namespace MtlStudio.Core.IO;

/// <summary>Sizes as texts, in binary units everywhere, so that an estimate and what was taken read alike.</summary>
public static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>About three digits and the unit: "512 MiB", "1.25 GiB".</summary>
    /// <param name="bytes">Any finite number.</param>
    public static string Of(double bytes)
    {
        var unit = 0;
        for (; Math.Abs(bytes) >= 1024 && unit < Units.Length - 1; unit++) bytes /= 1024;
        return $"{bytes.ToString(Math.Abs(bytes) >= 100 ? "#,0" : unit == 0 ? "0" : "G3", CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
