using MtlStudio.Core.Analysis;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class VerdictTests
{
    private static readonly IMetric Accuracy = MetricRegistry.Get("accuracy");

    [Theory]
    [InlineData(400, 0.60, 0.80, Verdict.Helped)]
    [InlineData(400, 0.80, 0.60, Verdict.Hurt)]
    [InlineData(400, 0.70, 0.72, Verdict.Unclear)]
    [InlineData(400, 0.70, 0.70, Verdict.Same)]
    [InlineData(200, 0.70, 0.70, Verdict.Unclear)] // so few cannot show that nothing within a point differs
    [InlineData(12, 0.25, 1.00, Verdict.Unclear)]
    [InlineData(400, 0.51, 0.50, Verdict.Neither)]
    public void Of_ClaimsNoMoreThanTheInterval_WhenOneTaskIsCompared(int examples, double reference, double value, Verdict expected)
    {
        var found = Verdicts.Of([Evidence(examples, value, reference)]).Single();
        Assert.Equal(expected, found.Verdict);
        Assert.Equal(0.95, found.Confidence);
        Assert.Equal(expected == Verdict.Unclear, found.Growth >= 1);
    }

    [Fact]
    public void Of_TurnsTheSides_WhenLowerIsBetter()
    {
        var metric = MetricRegistry.Get("perplexity");
        ExampleScoresEvent Scores(double loss) => new()
        {
            Examples = [.. Enumerable.Range(0, 200)],
            Metrics = [MetricStatistics.Of("perplexity", [.. Enumerable.Range(0, 200).Select(i => new[] { 10 * (loss + i % 7 * 0.01), 10 })])],
        };
        TaskVerdict Judge(double value, double reference) =>
            Verdicts.Of([new(PairedBootstrap.Of([PairedSeed.Join(metric, Scores(value), Scores(reference))!], "t"), metric, Chance: 500)]).Single();
        Assert.Equal(Verdict.Hurt, Judge(3, 2).Verdict);
        Assert.Equal(Verdict.Helped, Judge(2, 3).Verdict);
        Assert.Equal(Verdict.Neither, Judge(Math.Log(505), Math.Log(500)).Verdict);
        Assert.Equal((1, 1), (Math.Sign(Judge(3, 2).Low), Math.Sign(Judge(3, 2).High))); // the interval is of value − reference
    }

    [Fact]
    public void Of_WidensTheIntervalByHolmsSteps_WhenTasksAreMany()
    {
        var tasks = new[] { Evidence(400, 0.9, 0.5), Evidence(400, 0.75, 0.74), Evidence(400, 0.5, 0.9), Evidence(400, 0.7, 0.71) };
        var found = Verdicts.Of(tasks);
        Assert.Equal([Verdict.Helped, Verdict.Unclear, Verdict.Hurt, Verdict.Unclear], found.Select(one => one.Verdict));
        Assert.Equal(0.9875, Math.Max(found[0].Confidence, found[2].Confidence), 1e-12);
        Assert.Equal(1 - 0.05 / 3, Math.Min(found[0].Confidence, found[2].Confidence), 1e-12);
        Assert.All([found[1], found[3]], one => Assert.Equal(0.975, one.Confidence, 1e-12)); // two of the four were called
        Assert.All(found, one => Assert.InRange(one.P, 0, 1));
    }

    [Fact]
    public void Of_GivesFewFalseAlarms_WhenFortyTasksHaveNoEffect()
    {
        var alarms = 0;
        for (var trial = 0; trial < 10; trial++)
        {
            var at = trial;
            var tasks = Enumerable.Range(0, 40).Select(task => new TaskEvidence(
                PairedBootstrap.Of([Pair(60, i => Draw(at, task, i, 0), i => Draw(at, task, i, 1))], $"{at}/{task}", 1000), Accuracy, Points: 0)).ToList();
            if (Verdicts.Of(tasks).Any(one => one.Verdict is Verdict.Helped or Verdict.Hurt)) alarms++;
        }
        Assert.InRange(alarms, 0, 2); // uncorrected it would be about 9 of 10

        static double Draw(int trial, int task, int example, int side) => new KeyedRandom(3, "no effect", trial, task, example, side).NextDouble() < 0.7 ? 1 : 0;
    }

    [Fact]
    public void Of_SharesTheExamplesDraws_WhenSeedsWereScoredOnTheSameExamples()
    {
        // Under both seeds the model is better on the same half of the examples, so pairing leaves what the examples alone vary.
        var seeds = new[] { Pair(100, i => i % 2, _ => 0), Pair(100, i => i % 2, _ => 0) };
        var one = PairedBootstrap.Of([seeds[0]], "t");
        var two = PairedBootstrap.Of(seeds, "t");
        Assert.Equal((1, 2, 100, 0.5), (one.Seeds, two.Seeds, two.Examples, two.Delta));
        Assert.Equal(one.Interval(0.95), two.Interval(0.95));
        Assert.Equal([0.5, 0.5], two.DeltaBySeed);
        Assert.Equal(two.Models, PairedBootstrap.Of(seeds, "t").Models);
        Assert.NotEqual(two.Models.ToArray(), PairedBootstrap.Of(seeds, "another").Models.ToArray());
    }

    [Fact]
    public void Of_VariesWithTheSeeds_WhenTheyDisagree()
    {
        var draws = PairedBootstrap.Of([Pair(500, _ => 1, _ => 0.5), Pair(500, _ => 0, _ => 0.5), Pair(500, _ => 1, _ => 0.5)], "t");
        var (low, high) = draws.Interval(0.95);
        Assert.InRange(low, -0.5, -0.1);
        Assert.InRange(high, 0.4, 0.5);
        Assert.Equal([0.5, -0.5, 0.5], draws.DeltaBySeed);
    }

    [Fact]
    public void Join_PairsByRow_WhenTheSidesHaveOtherExamples()
    {
        var model = Scores([5, 1, 9, 2], [1, 1, 0, 0]);
        var reference = Scores([2, 3, 5], [1, 0, 0]);
        var pair = PairedSeed.Join(Accuracy, model, reference)!;
        Assert.Equal([2, 5], pair.Examples);
        Assert.Equal((0.0, 1.0), (pair.Model([1, 0]), pair.Reference([1, 0]))); // row 2
        Assert.Equal((1.0, 0.0), (pair.Model([0, 1]), pair.Reference([0, 1]))); // row 5
        Assert.Null(PairedSeed.Join(Accuracy, model, Scores([7], [1])));
        Assert.Null(PairedSeed.Join(MetricRegistry.Get("bleu"), model, reference));
    }

    [Theory]
    [InlineData(Verdict.Hurt, new[] { -0.1, -0.2, -0.1 }, true, Transfer.Negative)]
    [InlineData(Verdict.Hurt, new[] { -0.1, 0.01, -0.4 }, true, Transfer.Suspected)]
    [InlineData(Verdict.Hurt, new[] { -0.1 }, true, Transfer.Suspected)]
    [InlineData(Verdict.Hurt, new[] { 3.0, 2, 1 }, false, Transfer.Negative)]
    [InlineData(Verdict.Unclear, new[] { -0.1, -0.2, -0.1 }, true, Transfer.None)]
    public void Transfer_IsNegative_OnlyWhenThreeSeedsAgree(Verdict verdict, double[] deltas, bool higherIsBetter, Transfer expected) =>
        Assert.Equal(expected, Transfers.Of(verdict, deltas, higherIsBetter));

    [Fact]
    public void DeltaM_HasAnIntervalAroundIt_AndNoneWhereAReferenceIsZero()
    {
        TaskEvidence[] tasks = [Evidence(300, 0.6, 0.5), Evidence(300, 0.4, 0.5)];
        var found = DeltaMInterval.Of(tasks)!;
        Assert.Equal(0, found.Value, 1e-9);
        Assert.InRange(found.Low, -15, -1);
        Assert.InRange(found.High, 1, 15);
        Assert.Null(DeltaMInterval.Of([Evidence(300, 0.6, 0)]));
        Assert.Null(DeltaMInterval.Of([]));
    }

    private static ExampleScoresEvent Scores(int[] rows, double[] right) => new()
    {
        Examples = rows, Metrics = [MetricStatistics.Of("accuracy", [.. right.Select(value => new[] { value })])],
    };

    /// <summary>The first so many examples are right on either side, so the sides differ on those between.</summary>
    private static TaskEvidence Evidence(int examples, double value, double reference) =>
        new(PairedBootstrap.Of([Pair(examples, i => i < value * examples ? 1 : 0, i => i < reference * examples ? 1 : 0)], $"{examples} {value} {reference}"), Accuracy, Chance: 0.5);

    private static PairedSeed Pair(int examples, Func<int, double> model, Func<int, double> reference)
    {
        int[] rows = [.. Enumerable.Range(0, examples)];
        return new(rows, SignificanceTests.Mean([.. rows.Select(model)]), SignificanceTests.Mean([.. rows.Select(reference)]));
    }
}
