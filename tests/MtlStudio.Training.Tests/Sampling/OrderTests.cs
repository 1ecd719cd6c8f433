using MtlStudio.Core.Curricula;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Tests.Sampling;

public sealed class OrderTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 60).Select(i => i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2)]; // 42, 12, 6

    [Fact]
    public void Plan_HoldsEveryLabelInProportion_WhenStratified()
    {
        var batches = Batches(new() { Strata = Labels }, microBatch: 10, steps: 18);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var own = batches.Skip(6 * epoch).Take(6).ToList();
            Assert.All(own, batch => Assert.Equal([7, 2, 1], Count(batch)));
            Assert.Equal(Enumerable.Range(0, 60), own.SelectMany(batch => batch).Order());
        }
        Assert.NotEqual(batches[0], batches[6]);
    }

    [Fact]
    public void Plan_DrawsEveryLabelEquallyOften_WhenBalanced()
    {
        var batches = Batches(new() { Strata = Labels, Balance = true }, microBatch: 10, steps: 30);
        Assert.Equal([100, 100, 100], Count(batches.SelectMany(batch => batch)));
        Assert.All(batches, batch => Assert.All(Count(batch), count => Assert.InRange(count, 2, 5)));
        // Rare labels are repeated, common ones are walked through.
        Assert.Equal(42, batches.SelectMany(batch => batch).Where(example => Labels[example] == 0).Distinct().Count());
    }

    /// <summary>Four standard deviations of a binomial share, for samplers that draw each micro-batch by itself.</summary>
    [Theory]
    [InlineData("proportional")]
    [InlineData("uniform")]
    [InlineData("temperature")]
    [InlineData("unimax")]
    [InlineData("annealed")]
    public void Plan_MeetsThePlannedShares_WithinBinomialBounds(string sampler)
    {
        var mix = SampledMix.Of(new() { Tasks = [new() { Name = "a" }, new() { Name = "b" }, new() { Name = "c" }], Sampler = new(sampler), Training = new() { Steps = 3000 } }, [40, 400, 2000]);
        var planner = new StepPlanner(mix);
        var (counts, state) = (new int[3], new SamplerState());
        for (var step = 0; step < mix.Steps; step++)
        {
            var plan = planner.Plan(step, state);
            foreach (var batch in plan.MicroBatches) counts[batch.Task]++;
            state = plan.Next;
        }
        var draws = mix.Steps * mix.MicroBatches;
        for (var k = 0; k < 3; k++)
        {
            var planned = mix.PlannedShares[k];
            Assert.InRange(counts[k] / (double)draws, planned - 4 * Math.Sqrt(planned * (1 - planned) / draws), planned + 4 * Math.Sqrt(planned * (1 - planned) / draws));
        }
    }

    [Fact]
    public void Learn_DrawsTheHarderTaskMore_WhenDrawsFollowTheLosses()
    {
        var mix = SampledMix.Of(new() { Tasks = [new() { Name = "easy" }, new() { Name = "hard" }], Sampler = new("odm"), Training = new() { Steps = 400, Accumulation = 2 } }, [40, 40]);
        var planner = new StepPlanner(mix);
        var (counts, state) = (new int[2], new SamplerState());
        for (var step = 0; step < 400; step++)
        {
            var plan = planner.Plan(step, state);
            foreach (var batch in plan.MicroBatches) counts[batch.Task]++;
            state = planner.Learn(plan, plan.Next, new Dictionary<int, double> { [0] = 0.5, [1] = 5 });
        }
        Assert.True(counts[1] > 2 * counts[0] && counts[0] > 10, $"{counts[0]} easy, {counts[1]} hard");
    }

    [Fact]
    public void Plan_DrawsOnlyWhatIsEasyEnough_UnderACurriculum()
    {
        var curriculum = Curriculum.Of(new() { Curriculum = new("linear"), Training = new() { Steps = 100 } })!;
        int[] ranks = [.. Enumerable.Range(0, 60).Select(example => 59 - example)];
        var planner = new StepPlanner(Mix(5), curriculum, [new() { Ranks = ranks }]);
        var (state, drawn) = (new SamplerState(), new List<int>());
        for (var step = 0; step < 100; step++)
        {
            var plan = planner.Plan(step, state);
            Assert.All(plan.MicroBatches[0].Examples, example => Assert.True(ranks[example] < curriculum.PoolAt(step, 60)));
            drawn.AddRange(plan.MicroBatches[0].Examples);
            state = plan.Next;
        }
        Assert.Equal(500, state.Drawn["a"]);
        // When the whole is open, an epoch is a permutation again.
        Assert.Equal(60, drawn.TakeLast(60 * 2).Distinct().Count());
    }

    [Fact]
    public void StepsUntil_CountsTheDrawsOfTheRun_WhenATaskIsExhausted()
    {
        var spec = new RunSpec { Tasks = [new() { Name = "a" }, new() { Name = "b" }], Sampler = new("uniform"), Training = new() { Steps = 500, Accumulation = 2, MicroBatch = 4 } };
        var planner = new StepPlanner(SampledMix.Of(spec, [40, 120]));
        int first = planner.StepsUntil(EndRule.FirstExhausted), all = planner.StepsUntil(EndRule.AllExhausted);
        Assert.Equal(500, planner.StepsUntil(EndRule.Steps));
        foreach (var (steps, exhausted) in new[] { (first, 1), (all, 2) })
        {
            long[] At(int count)
            {
                var state = new SamplerState();
                for (var step = 0; step < count; step++) state = planner.Plan(step, state).Next;
                return [state.Drawn.GetValueOrDefault("a"), state.Drawn.GetValueOrDefault("b")];
            }
            int Exhausted(long[] drawn) => (drawn[0] >= 40 ? 1 : 0) + (drawn[1] >= 120 ? 1 : 0);
            Assert.True(Exhausted(At(steps)) >= exhausted && Exhausted(At(steps - 1)) < exhausted);
        }
    }

    [Fact]
    public void Arrange_GroupsLengthsAsTheReference_OnItsPermutation()
    {
        var compared = 0;
        foreach (var item in GoldenFile.Read("peft/packing.json")["length_grouped"]!.AsArray())
        {
            int[] order = [.. item!["permutation"].Numbers().Select(i => (int)i)];
            LengthGroups.Arrange(order, [.. item["lengths"].Numbers().Select(length => (int)length)], item["batch_size"].Whole(), item["mega_batch_mult"]?.Whole() ?? 0);
            Assert.Equal(item["indices"].Numbers().Select(i => (int)i), order);
            compared++;
        }
        Assert.Equal(2, compared);
    }

    [Fact]
    public void BestFit_FillsTheReferencesRows_AndMixesNoDocuments()
    {
        var compared = 0;
        foreach (var item in GoldenFile.Read("peft/packing.json")["bins"]!.AsArray())
        {
            int[] lengths = [.. item!["lengths"].Numbers().Select(length => (int)length)];
            int[] live = [.. Enumerable.Range(0, lengths.Length).Where(i => lengths[i] > 0)];
            var size = item["row_length"].Whole();
            var rows = Packing.BestFit([.. live.Select(i => Math.Min(lengths[i], size))], size);
            Assert.Equal(item["best_fit_decreasing"]!["bins"]!.AsArray().Select(bin => string.Join(",", bin.Numbers())), rows.Select(row => string.Join(",", row.Select(i => live[i]))));
            compared++;
        }
        Assert.Equal(7, compared);
        Assert.Throws<ArgumentException>(() => Packing.BestFit([5], 4));
    }

    private static SampledMix Mix(int microBatch) => new() { Seed = 5, Tasks = ["a"], Sizes = [60], Shares = [1], MicroBatches = 1, MicroBatchSize = microBatch };

    private static List<IReadOnlyList<int>> Batches(ExampleFacts facts, int microBatch, int steps)
    {
        var planner = new StepPlanner(Mix(microBatch), null, [facts]);
        var (state, batches) = (new SamplerState(), new List<IReadOnlyList<int>>());
        for (var step = 0; step < steps; step++)
        {
            var plan = planner.Plan(step, state);
            batches.Add(plan.MicroBatches[0].Examples);
            state = plan.Next;
        }
        return batches;
    }

    private static int[] Count(IEnumerable<int> examples) => [.. Enumerable.Range(0, 3).Select(label => examples.Count(example => Labels[example] == label))];
}
