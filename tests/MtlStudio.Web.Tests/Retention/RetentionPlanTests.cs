using MtlStudio.Store;
using MtlStudio.Web.Retention;

namespace MtlStudio.Web.Tests.Retention;

public sealed class RetentionPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<long> None = [];

    private static EndedRun Run(long id, int daysAgo, bool archived = false) => new(id, $"run {id}", archived, Now.AddDays(-daysAgo),
    [
        new() { Id = 10 * id, Step = 50, Bytes = 5, Keeps = "best:qa" },
        new() { Id = 10 * id + 1, Step = 100, Bytes = 7, Keeps = "best last" },
        new() { Id = 10 * id + 2, Step = 150, Bytes = 11, Keeps = "last" },
    ]);

    private static RetentionPlan Plan(RetentionRules rules, params EndedRun[] runs) => RetentionPlan.Of(rules, runs, None, Now, id => 100 * id);

    [Fact]
    public void Of_LetsGoAllButBestAndLast_WhenThatRuleIsOn()
    {
        var plan = Plan(new(), Run(1, 0));
        Assert.Equal((10L, 50), (plan.Items.Single().Checkpoint!.Value, plan.Items.Single().Step!.Value));
        Assert.Equal(5, plan.Bytes);
        Assert.Empty(Plan(new() { BeyondBestAndLast = false }, Run(1, 0)).Items);
    }

    [Fact]
    public void Of_LetsGoEveryCheckpoint_WhenTheRunEndedLongAgo()
    {
        var plan = Plan(new() { BeyondBestAndLast = false, CheckpointsAfterDays = 30 }, Run(1, 31), Run(2, 29));
        Assert.Equal([10L, 11, 12], plan.Items.Select(item => item.Checkpoint!.Value));
        Assert.Equal(23, plan.Bytes);
    }

    [Fact]
    public void Of_LetsGoTheWholeRunOnce_WhenItIsArchivedAndOld()
    {
        var plan = Plan(new() { ArchivedAfterDays = 7, CheckpointsAfterDays = 7 }, Run(3, 8, archived: true), Run(4, 6, archived: true));
        Assert.Equal([(3L, (long?)null, 300L), (4L, 40L, 5L)], plan.Items.Select(item => (item.RunId, item.Checkpoint, item.Bytes)));
    }

    [Fact]
    public void Of_KeepsAnArchivedBaseline_WhileARunStandsBesideIt()
    {
        var plan = RetentionPlan.Of(new() { BeyondBestAndLast = false, ArchivedAfterDays = 7 }, [Run(3, 8, archived: true)], new HashSet<long> { 3 }, Now, _ => 0);
        Assert.Empty(plan.Items);
    }
}
