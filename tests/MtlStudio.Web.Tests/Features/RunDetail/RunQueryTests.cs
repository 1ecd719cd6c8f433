using MtlStudio.Store;
using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunQueryTests
{
    [Fact]
    public void Of_ReadsWhatTheAddressSays()
    {
        var query = RunQuery.Of("balance", "untuned", "task-examples", 0.5, log: true, 10, 20);
        Assert.Equal(("balance", Reference.Untuned, XAxis.TaskExamples, 0.5, true), (query.Tab, query.Reference, query.X, query.Smoothing, query.LogY));
        var pinned = RunQuery.Of(null, "41", null, null, log: false, null, null);
        Assert.Equal((Reference.Pinned, 41), (pinned.Reference, pinned.Pinned));
        Assert.Equal((10.0, 20.0), (query.Zoom!.From, query.Zoom.To));
    }

    [Fact]
    public void Of_TakesNonsenseAsNotSaid()
    {
        var query = RunQuery.Of("nowhere", "best", "sideways", 3, log: false, 20, 10);
        Assert.Equal((RunQuery.Overview, null, null, 0.99), (query.Tab, query.Reference, query.X, query.Smoothing));
        Assert.Null(query.Zoom);
        Assert.Equal(RunQuery.DefaultSmoothing, RunQuery.Of(null, null, null, double.NaN, false, null, null).Smoothing);
    }
}
