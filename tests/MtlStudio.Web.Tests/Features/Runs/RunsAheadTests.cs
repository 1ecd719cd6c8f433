using MtlStudio.Store;
using MtlStudio.Web.Features.Runs;
using MtlStudio.Web.Tests.Store;

namespace MtlStudio.Web.Tests.Features.Runs;

public sealed class RunsAheadTests
{
    private static readonly RunsAddress Plain = new(null, null, null, null, null, null, null, null, null, null, null), Filtered = Plain with { Filter = "policy = pcgrad" };
    private readonly ManualClock _clock = new();
    private static readonly Dictionary<string, IReadOnlyList<string>> None = [];
    private readonly RunsSnapshot _shown = new(new RunsQuery(), new([], None, None, None, new Dictionary<string, string>()), [], null, null, null, new Dictionary<int, Page<RunTableRow>>(), null, null, 7);

    [Fact]
    public void Take_GivesWhatWasKept_ForThatAddress_Once()
    {
        var ahead = new RunsAhead(_clock);
        ahead.Keep(Plain, null, _shown);
        Assert.Null(ahead.Take(Filtered, null));
        Assert.Null(ahead.Take(Plain, 3));
        Assert.Same(_shown, ahead.Take(Plain, null));
        Assert.Null(ahead.Take(Plain, null));
    }

    [Fact]
    public void Take_GivesNothing_WhenSecondsHavePassed()
    {
        var ahead = new RunsAhead(_clock);
        ahead.Keep(Plain, null, _shown);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(ahead.Take(Plain, null));
    }

    [Fact]
    public void Keep_MakesRoom_WhenWhatNobodyTookIsOld()
    {
        var ahead = new RunsAhead(_clock);
        for (var page = 1; page <= 20; page++) ahead.Keep(Plain with { Page = page }, null, _shown);
        Assert.Null(ahead.Take(Plain with { Page = 20 }, null));
        _clock.Advance(TimeSpan.FromSeconds(6));
        ahead.Keep(Plain with { Page = 20 }, null, _shown);
        Assert.Same(_shown, ahead.Take(Plain with { Page = 20 }, null));
    }
}
