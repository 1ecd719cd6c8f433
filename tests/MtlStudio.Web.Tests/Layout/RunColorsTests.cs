using System.Globalization;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Tests.Layout;

public sealed class RunColorsTests
{
    /// <summary>How full color vision and its three lacks mix red, green and blue (Machado, Oliveira, Fernandes 2009, severity 1).</summary>
    private static readonly double[][] Visions =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Color_StandsOutFromTheSurface(bool dark)
    {
        var surface = (dark ? ChartPalette.Dark : ChartPalette.Light).Surface;
        for (var i = 0; i < RunColors.Count; i++)
            Assert.True(Contrast(RunColors.Of(i, dark), surface) >= 3.2, $"run {i}: {Contrast(RunColors.Of(i, dark), surface):F2}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Colors_AreToldApart_WithAnyColorVision(bool dark)
    {
        foreach (var vision in Visions)
            for (var i = 0; i < RunColors.Count; i++)
                for (var j = 0; j < i; j++)
                    Assert.True(Distance(Seen(RunColors.Of(i, dark), vision), Seen(RunColors.Of(j, dark), vision)) >= 0.08, $"{i} and {j}, dark {dark}: {Distance(Seen(RunColors.Of(i, dark), vision), Seen(RunColors.Of(j, dark), vision)):F3}");
    }

    [Fact]
    public void Runs_DifferInMarkerToo() =>
        Assert.Equal(RunColors.Count, Enumerable.Range(0, RunColors.Count).Select(place => RunColors.MarkerOf(place)).Distinct().Count());

    /// <summary>In Oklab (Ottosson 2020): 0.02 is just noticeable.</summary>
    private static double[] Seen(string color, double[] vision)
    {
        var rgb = Linear(color);
        double Mixed(int row) => Math.Clamp(vision[3 * row] * rgb[0] + vision[3 * row + 1] * rgb[1] + vision[3 * row + 2] * rgb[2], 0, 1);
        var (r, g, b) = (Mixed(0), Mixed(1), Mixed(2));
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return [0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double Contrast(string first, string second)
    {
        var (a, b) = (Luminance(first), Luminance(second));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string color) => Linear(color) is var rgb ? 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] : 0;

    private static double[] Linear(string color) => [.. new[] { 1, 3, 5 }.Select(at => int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber) / 255.0).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
}
