using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Metrics;

public sealed class MetricTests
{
    [Fact]
    public void Names_AreTheCatalogs_WhenCompared() =>
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Metric).Select(method => method.Name).Order(), MetricRegistry.Names.Order());

    [Fact]
    public void Score_IsBest_WhenEveryOutputIsRight()
    {
        MetricExample[] examples =
        [
            new("The answer is 42 today", ["The answer is 42 today"]) { NegativeLogLikelihood = 0, Tokens = 5, Bytes = 20, LabelsDue = ["a"], LabelScores = [0.9, 0.1], ValueDue = 1, Value = 1 },
            new("No, it is rather 17", ["No, it is rather 17"]) { NegativeLogLikelihood = 0, Tokens = 5, Bytes = 20, LabelsDue = ["b"], LabelScores = [0.2, 0.8], ValueDue = 2, Value = 2 },
        ];
        foreach (var metric in MetricRegistry.Names.Select(MetricRegistry.Get))
        {
            // Where nothing is marked there is nothing to be right about.
            if (metric.Name == "entity-f1") examples = [.. examples.Select(example => example with { Output = "B-x I-x O", References = ["B-x I-x O"] })];
            Assert.Equal(metric.Best, metric.Score(examples, ContextOf(metric)), 1e-9);
            if (metric.Score(examples[0]) is { } score) Assert.Equal(metric.Best, score, 1e-9);
        }
    }

    [Fact]
    public void Score_IsWorseThanBest_WhenOutputsAreWrong()
    {
        MetricExample[] examples =
        [
            new("x", ["y 1"]) { NegativeLogLikelihood = 9, Tokens = 2, Bytes = 3, LabelsDue = ["a"], LabelScores = [0.1, 0.9], ValueDue = 1, Value = 2 },
            new("", ["z 2"]) { NegativeLogLikelihood = 3, Tokens = 2, Bytes = 3, LabelsDue = ["b"], LabelScores = [0.8, 0.2], ValueDue = 2, Value = 1 },
        ];
        foreach (var metric in MetricRegistry.Names.Select(MetricRegistry.Get))
            Assert.True(metric.HigherIsBetter ? metric.Score(examples, ContextOf(metric)) < metric.Best : metric.Score(examples, ContextOf(metric)) > metric.Best, metric.Name);
    }

    /// <summary>Average precision is of a task's labels.</summary>
    private static MetricContext ContextOf(IMetric metric) => metric.Name == "mean-average-precision" ? new() { Labels = ["a", "b"], SeveralLabels = true } : new();

    [Fact]
    public void Score_IsNaN_WhenThereAreNoExamples() =>
        Assert.All(MetricRegistry.Names.Select(MetricRegistry.Get), metric => Assert.True(double.IsNaN(metric.Score([], new())), metric.Name));

    [Fact]
    public void Score_IsThatOfTheDrawnExamples_WhenASetIsDrawnFromStatistics()
    {
        string[] words = ["good", "bad", "42", "the cat sat on a mat", "a dog sat on the mat today", "Maybe 7 of them.", ""];
        var context = new MetricContext { Labels = ["good", "bad", "42"], Vocabulary = 100 };
        var random = new KeyedRandom(5, "metric sets");
        MetricExample[] examples = [.. Enumerable.Range(0, 40).Select(i =>
        {
            var right = words[random.NextInt(words.Length)];
            return new MetricExample(random.NextInt(2) == 0 ? right : words[random.NextInt(words.Length)], [right, .. i % 3 == 0 ? [words[random.NextInt(words.Length)]] : Array.Empty<string>()])
            {
                NegativeLogLikelihood = i == 7 ? double.NaN : 5 * random.NextDouble(), Tokens = i == 7 ? 0 : 1 + random.NextInt(4), Bytes = i == 7 ? 0 : 9,
                LabelsDue = [.. new[] { "good", "bad", "42" }.Where(_ => random.NextInt(2) == 0)], LabelScores = [random.NextDouble(), random.NextDouble(), 0.5], ValueDue = random.NextInt(5), Value = random.NextDouble(),
            };
        })];
        foreach (var metric in MetricRegistry.Names.Select(MetricRegistry.Get))
        {
            // As the statistics come back from the event that carries them.
            var sent = MetricStatistics.Of(metric.Name, [.. examples.Select(example => metric.Statistics(example, context))]);
            var statistics = JsonSerializer.Deserialize<MetricStatistics>(JsonSerializer.Serialize(sent, WireJson.Compact), WireJson.Compact)!.Rows();
            foreach (var (example, row) in examples.Zip(statistics))
                if (metric.Score(example) is { } score) Assert.Equal(score, metric.ScoreOfOne(row));
            for (var set = 0; set < 5; set++)
            {
                var times = new int[examples.Length];
                if (set == 0) Array.Fill(times, 1);
                else for (var i = 0; i < examples.Length; i++) times[random.NextInt(examples.Length)]++;
                MetricExample[] drawn = [.. examples.SelectMany((example, i) => Enumerable.Repeat(example, times[i]))];
                Assert.True(double.IsFinite(metric.Score(drawn, context)), metric.Name);
                Assert.Equal(metric.Score(drawn, context), metric.Score(statistics, times, context), set == 0 ? 0 : 1e-12);
            }
            Assert.True(double.IsNaN(metric.Score(statistics, new int[examples.Length], context)), metric.Name);
        }
    }

    [Fact]
    public void Chance_IsThatOfGuessing_WhenLabelsAreKnown()
    {
        var context = new MetricContext { Labels = ["a", "b", "c", "d"], Vocabulary = 512 };
        Assert.Equal(0.25, MetricRegistry.Get("accuracy").Chance(context));
        Assert.Equal(0.25, MetricRegistry.Get("f1-macro").Chance(context));
        Assert.Equal(0, MetricRegistry.Get("bleu").Chance(context));
        Assert.Equal(512, MetricRegistry.Get("perplexity").Chance(context));
        Assert.Equal(0, MetricRegistry.Get("accuracy").Chance(new()));
    }

    [Fact]
    public void LabelF1_CountsAMiss_WhenAnOutputIsNoLabel()
    {
        MetricExample[] examples = [new("yes", ["yes"]), new("perhaps", ["no"])];
        var known = MetricRegistry.Get("f1-macro").Score(examples, new() { Labels = ["yes", "no"] });
        Assert.Equal(0.5, known); // yes 1, no 0; without the labels "perhaps" would be a third one
        Assert.Equal(1 / 3.0, MetricRegistry.Get("f1-macro").Score(examples, new()), 1e-12);
    }

    [Fact]
    public void Score_TakesTheEmptyAnswer_WhenThereIsNoReference()
    {
        Assert.Equal(1, MetricRegistry.Get("exact-match").Score(new MetricExample("", [])));
        Assert.Equal(0, MetricRegistry.Get("squad-f1").Score(new MetricExample("something", [])));
        Assert.Equal(0, MetricRegistry.Get("number-match").Score(new MetricExample("4", [])));
    }
}
