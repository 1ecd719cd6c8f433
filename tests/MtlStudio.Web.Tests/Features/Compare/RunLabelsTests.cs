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
        Assert.Equal(["1, 2 · pcgrad · 2 seeds", "3 · uw"], RunLabels.Of(groups));
    }

    [Fact]
    public void Of_NamesSeedsByWhatTheirNamesShare_AndLinesByWhatTellsThemApart()
    {
        CompareRun Seed(long id, string policy, long seed) => Run(id, $"sample study, {policy}, seed {seed}", spec => spec with { Seed = seed, Weighting = new() { Name = policy } });
        var groups = RunLabels.Groups([Seed(1, "equal", 1), Seed(7, "pcgrad", 1), Seed(8, "equal", 2), Seed(14, "pcgrad", 2)]);
        Assert.Equal(["1, 8 · equal · 2 seeds", "7, 14 · pcgrad · 2 seeds"], RunLabels.Of(groups));
        Assert.Equal("sample study, equal", RunLabels.NameOf(groups[0]));
        Assert.Equal(["4 · a", "5 · a b"], RunLabels.Of([[Run(4, "a", spec => spec with { Seed = 7 })], [Run(5, "a b")]]));
    }
}
