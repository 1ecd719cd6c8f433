using MtlStudio.Web.Live;

namespace MtlStudio.Web.Tests;

/// <summary>Tells a page what happened as the supervisor does.</summary>
internal static class LiveFeedActs
{
    /// <summary>Publishes once somebody reads: a page begins to read after it is first drawn, and what was told before it reads from the store, which tests' hosts lack.</summary>
    public static async Task TellAsync(this LiveFeed feed, LiveItem item)
    {
        for (var left = 2000; feed.Readers == 0; left--)
        {
            Assert.True(left > 0, "Nobody reads the feed");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        feed.Publish(item);
    }
}
