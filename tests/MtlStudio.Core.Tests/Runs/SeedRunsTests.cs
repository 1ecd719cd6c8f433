using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Runs;

public sealed class SeedRunsTests
{
    private static readonly RunSpec Spec = new() { Name = "Four tasks, LoRA", Seed = 5, Tags = ["mine"] };

    [Fact]
    public void Of_DiffersInSeedAndNameAlone_WhenSeveralAreAsked()
    {
        var runs = SeedRuns.Of(Spec, 3);
        Assert.Equal([5L, 6, 7], runs.Select(run => run.Seed));
        Assert.Equal(["Four tasks, LoRA · seed 5", "Four tasks, LoRA · seed 6", "Four tasks, LoRA · seed 7"], runs.Select(run => run.Name));
        Assert.Equal(["mine", SeedRuns.GroupTag(Spec)], runs[0].Tags);
        Assert.StartsWith("seeds:four-tasks-lora-", SeedRuns.GroupTag(Spec));
        Assert.Single(runs.Select(run => SpecIdentity.Hash(run with { Seed = 0 })).Distinct());
    }

    [Fact]
    public void GroupTag_IsTheSame_WhenMoreSeedsAreLaunchedLater()
    {
        var later = SeedRuns.Of(SeedRuns.Of(Spec, 3)[2] with { Seed = 8 }, 2);
        Assert.Equal("Four tasks, LoRA · seed 8", later[0].Name);
        Assert.Equal(["mine", SeedRuns.GroupTag(Spec)], later[0].Tags);
        Assert.NotEqual(SeedRuns.GroupTag(Spec), SeedRuns.GroupTag(Spec with { Training = new() { Steps = 7 } }));
    }

    [Fact]
    public void Of_LeavesTheSpecAsItIs_WhenOneSeedIsAsked() => Assert.Same(Spec, Assert.Single(SeedRuns.Of(Spec, 1)));

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    public void Of_NamesTheRange_WhenTheCountIsOutside(int count)
    {
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => SeedRuns.Of(Spec, count)).Errors);
        Assert.Equal(new("seeds", $"Seeds must be 1 to 20 (you gave {count})"), error);
    }
}
