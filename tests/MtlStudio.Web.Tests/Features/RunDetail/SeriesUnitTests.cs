using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class SeriesUnitTests
{
    [Theory]
    [InlineData("loss/train/year", "nats", "squared error")]
    [InlineData("gap/year", "nats", "squared error")]
    [InlineData("loss/validation/qa", "nats", "nats")]
    [InlineData("loss/train", "nats", "")]
    [InlineData("seconds/step", "s", "s")]
    public void UnitOf_IsTheTasksOwn_WhateverAnOlderRecordSays(string series, string recorded, string unit) => Assert.Equal(unit, Of(("qa", TaskKinds.Generation), ("year", TaskKinds.Regression)).UnitOf(series, recorded));

    [Fact]
    public void UnitOf_TheMixIsThatOfItsTasks_WhereTheyAgree()
    {
        Assert.Equal("squared error", Of(("year", TaskKinds.Regression), ("price", TaskKinds.Regression)).UnitOf("loss/train", "nats"));
        Assert.Equal("nats", Of(("qa", TaskKinds.Generation)).UnitOf("loss/validation", "nats"));
    }

    private static RunSnapshot Of(params (string Name, string Kind)[] tasks) => new()
    {
        Run = new Run { Id = 7 }, Spec = new(), Series = [], Scores = new([]), Checkpoints = [], Alarms = [], Transitions = [], Baselines = [],
        Tasks = [.. tasks.Select(task => new TaskInfo(new() { Name = task.Name }, new() { Name = task.Name, Kind = task.Kind }, ""))],
    };
}
