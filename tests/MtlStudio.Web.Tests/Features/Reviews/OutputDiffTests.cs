using MtlStudio.Web.Features.Reviews;

namespace MtlStudio.Web.Tests.Features.Reviews;

public sealed class OutputDiffTests
{
    [Fact]
    public void Of_MarksBoth_WhenThereAreTwo()
    {
        var parts = OutputDiff.Of(["a b c", "a x c"], 0);
        Assert.Equal(["b "], parts[0].Where(part => !part.Same).Select(part => part.Text));
        Assert.Equal(["x "], parts[1].Where(part => !part.Same).Select(part => part.Text));
    }

    [Fact]
    public void Of_MarksAllButTheOneComparedWith_WhenThereAreMore()
    {
        var parts = OutputDiff.Of(["a b", "a c", "a b"], 2);
        Assert.True(parts[2].All(part => part.Same) && parts[0].All(part => part.Same));
        Assert.Contains(parts[1], part => !part.Same);
    }

    [Theory]
    [InlineData(null, "a b c d", "a b c e", 0)]
    [InlineData(null, "a b", "x y", null)]
    [InlineData(null, "a b", "a b", null)]
    [InlineData("B", "a b", "x y", 1)]
    [InlineData("C", "a b", "x y", null)]
    [InlineData("none", "a b c d", "a b c e", null)]
    public void Base_IsTheFirst_WhereMostIsShared(string? wanted, string first, string second, int? expected) => Assert.Equal(expected, OutputDiff.Base(wanted, [first, second]));

    [Fact]
    public void Clip_CutsNoCharacterInHalf()
    {
        var clipped = OutputDiff.Clip([new("ab", true), new("😀c", false)], 3);
        Assert.Equal("ab", string.Concat(clipped.Select(part => part.Text)));
        Assert.Equal("ab😀", string.Concat(OutputDiff.Clip([new("ab", true), new("😀c", false)], 4).Select(part => part.Text)));
    }

    [Fact]
    public void Of_MarksNothing_WhenATextIsEnormous() => Assert.All(OutputDiff.Of([new string('x', OutputDiff.MaxLength + 1), "y"], 0), parts => Assert.True(parts.All(part => part.Same)));
}
