using Bunit;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Tests.Layout;

public sealed class ProgressBarTests : BunitContext
{
    [Theory]
    [InlineData(0, "0", "scaleX(0)"), InlineData(0.503, "50", "scaleX(0.503)"), InlineData(1.7, "100", "scaleX(1)")]
    public void Bar_TellsItsShare_ByWidthAndToReaders(double share, string now, string scale)
    {
        var bar = Render<ProgressBar>(parameters => parameters.Add(one => one.Share, share).Add(one => one.Label, "Step 3 of 6")).Find("[role=progressbar]");
        Assert.Equal(("Step 3 of 6", now), (bar.GetAttribute("aria-label"), bar.GetAttribute("aria-valuenow")));
        Assert.Contains(scale, bar.FirstElementChild!.GetAttribute("style"));
    }
}
