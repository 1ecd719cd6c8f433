using System.Globalization;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Tests.Layout;

public sealed class TaskColorsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Color_StandsOutFromTheSurface(bool dark)
    {
        var surface = (dark ? ChartPalette.Dark : ChartPalette.Light).Surface;
        for (var i = 0; i < TaskColors.Count; i++)
            Assert.True(Contrast(TaskColors.Of(i, dark), surface) >= 3.2, $"task {i}: {Contrast(TaskColors.Of(i, dark), surface):F2}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Text_IsReadable_OnTheSurface(bool dark)
    {
        var palette = dark ? ChartPalette.Dark : ChartPalette.Light;
        Assert.All([palette.Text, palette.Faint, palette.Accent], color => Assert.True(Contrast(color, palette.Surface) >= 4.5, $"{color}: {Contrast(color, palette.Surface):F2}"));
        // Verdicts are glyphs and text.
        Assert.All([palette.Diverging[0], palette.Diverging[^1]], color => Assert.True(Contrast(color, palette.Surface) >= 4.5, $"{color}: {Contrast(color, palette.Surface):F2}"));
    }

    [Fact]
    public void Color_RepeatsWithAnotherMarker_FromTheNinthTask()
    {
        Assert.Equal(TaskColors.Of(0, false), TaskColors.Of(8, false));
        Assert.NotEqual(TaskColors.MarkerOf(0), TaskColors.MarkerOf(8));
        Assert.Equal(TaskColors.MarkerOf(0), TaskColors.MarkerOf(7));
    }

    /// <summary>WCAG 2.2's contrast ratio of two sRGB colors.</summary>
    private static double Contrast(string first, string second)
    {
        var (a, b) = (Luminance(first), Luminance(second));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string color)
    {
        double Part(int at)
        {
            var part = int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber) / 255.0;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Part(1) + 0.7152 * Part(3) + 0.0722 * Part(5);
    }
}
