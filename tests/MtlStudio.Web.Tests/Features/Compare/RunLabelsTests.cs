using MtlStudio.Core.Runs;
using MtlStudio.Web.Features.Compare;
using MtlStudio.Web.Tests.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.Compare;

public sealed class RunLabelsTests
{
    private static CompareRun Run(long id, string name, Func<RunSpec, RunSpec>? change = null)
    {
        var spec = (change ?? (same => same))(RecordedRun.Spec(name));
        return new(new() { Id = id, Name = name }, spec, [], new Dictionary<string, long>(), new Dictionary<(string, string), double>(), new Dictionary<string, double>());
    }

    [Fact]
    public void Of_GivesNumberAndName_WhenNamesDiffer()
    {
        var runs = new[] { Run(4, "a"), Run(9, "b", spec => spec with { Weighting = new() { Name = "uw" } }) };
        Assert.Equal(["4 · a", "9 · b"], RunLabels.Of(RunLabels.Groups(runs)));
    }

    [Fact]
    public void Of_GivesWhatDiffers_WhenNamesAreAlike()
    {
        var runs = new[] { Run(4, "a"), Run(9, "a", spec => spec with { Weighting = new() { Name = "uw" }, Training = spec.Training with { MicroBatch = 4 } }) };
        Assert.Equal(["4 · pcgrad, microBatch 8", "9 · uw, microBatch 4"], RunLabels.Of(RunLabels.Groups(runs)));
    }

    [Fact]
    public void Groups_JoinWhatDiffersInSeedOnly()
    {
        var runs = new[] { Run(1, "a"), Run(2, "a", spec => spec with { Seed = 2 }), Run(3, "a", spec => spec with { Seed = 2, Weighting = new() { Name = "uw" } }) };
        var groups = RunLabels.Groups(runs);
        Assert.Equal([[1L, 2], [3]], groups.Select(group => group.Select(run => run.Id)));
        Assert.Equal("1, 2 · pcgrad · 2 seeds", RunLabels.Of(groups)[0].Replace("seed 1, ", "", StringComparison.Ordinal));
    }
}
