using System.Text.Json.Nodes;
using MtlStudio.Core.Metrics;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Metrics;

/// <summary>The metrics of heads against scikit-learn, scipy and seqeval.</summary>
public sealed class HeadMetricGoldenTests
{
    [Fact]
    public void NumberMetrics_GiveTheScore_WhenComparedWithScipyAndScikitLearn()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("regression"))
        {
            MetricExample[] examples = [.. node["y_true"].Numbers().Zip(node["y_pred"].Numbers()).Select(pair => new MetricExample("", []) { ValueDue = pair.First, Value = pair.Second })];
            foreach (var name in new[] { "pearson", "spearman", "rmse", "mae" })
                if (node["expected"]![name] is JsonValue expected)
                    misses.Near($"{node["id"]} {name}", expected.Number(), MetricRegistry.Get(name).Score(examples, new()), node["id"].Text() == "g-large-offset" ? 1e-6 : 1e-9);
        }
        misses.AssertNone(54);
    }

    [Fact]
    public void LabelAgreement_GivesTheScore_WhenComparedWithScikitLearn()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("classification", "single").Where(node => node["labels_argument"] is null))
        {
            MetricExample[] examples = [.. Texts(node["y_true"]!).Zip(Texts(node["y_pred"]!)).Select(pair => new MetricExample(pair.Second, [pair.First]))];
            misses.Near($"{node["id"]} balanced", node["expected"]!["balanced_accuracy"].Number(), MetricRegistry.Get("balanced-accuracy").Score(examples, new()), 1e-9);
            misses.Near($"{node["id"]} mcc", node["expected"]!["mcc"].Number(), MetricRegistry.Get("mcc").Score(examples, new()), 1e-9);
        }
        misses.AssertNone(24);

        static string[] Texts(JsonNode node) => [.. node.AsArray().Select(label => label!.ToString())];
    }

    [Fact]
    public void LabelSets_GiveTheScore_WhenComparedWithScikitLearn()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("classification", "multilabel"))
        {
            var (due, given) = (node["y_true"]!.AsArray(), node["y_pred"]!.AsArray());
            var context = new MetricContext { Labels = [.. due[0]!.AsArray().Select((_, i) => $"l{i}")], SeveralLabels = true };
            MetricExample[] examples = [.. due.Zip(given).Select(pair => new MetricExample(Join(pair.Second!), [Join(pair.First!)]) { LabelsDue = Set(pair.First!), LabelsGiven = Set(pair.Second!) })];
            misses.Near($"{node["id"]} accuracy", node["expected"]!["subset_accuracy"].Number(), MetricRegistry.Get("accuracy").Score(examples, context), 1e-9);
            foreach (var average in new[] { "macro", "micro", "weighted" })
                misses.Near($"{node["id"]} {average}", node["expected"]![average + "_zd0"]!["f1"].Number(), MetricRegistry.Get("f1-" + average).Score(examples, context), 1e-9);
            // scikit-learn's mean over samples takes an empty set against an empty set as 0, ours as right.
            if (due.Zip(given).All(pair => Set(pair.First!).Length + Set(pair.Second!).Length > 0))
                misses.Near($"{node["id"]} samples", node["expected"]!["samples_zd0"]!["f1"].Number(), examples.Average(example => MetricRegistry.Get("f1-micro").ScoreOfOne(MetricRegistry.Get("f1-micro").Statistics(example, context))), 1e-9);
        }
        misses.AssertNone(20);

        static string[] Set(JsonNode node) => [.. node.AsArray().Select((on, i) => (On: on.Number(), Name: $"l{i}")).Where(label => label.On > 0).Select(label => label.Name)];
        static string Join(JsonNode node) => string.Join(", ", Set(node));
    }

    [Fact]
    public void MeanAveragePrecision_GivesTheScore_WhenComparedWithScikitLearn()
    {
        var misses = new Misses();
        var metric = MetricRegistry.Get("mean-average-precision");
        foreach (var node in MetricTexts.Cases("classification", "binary_prob"))
        {
            var context = new MetricContext { Labels = ["no", "yes"], SeveralLabels = true };
            // "no" is never due, and so left out of the mean.
            MetricExample[] examples = [.. node["y_true"].Numbers().Zip(node["p"].Numbers()).Select(pair => new MetricExample("", []) { LabelsDue = pair.First > 0 ? ["yes"] : [], LabelScores = [0.5, pair.Second] })];
            var expected = node["y_true"].Numbers().Sum() == 0 ? double.NaN : node["expected"]!["average_precision"].Number();
            misses.Near(node["id"].Text(), expected, metric.Score(examples, context), 1e-9);
        }
        misses.AssertNone(8);
    }

    [Fact]
    public void Entities_AreThoseOfTheReference_WhenComparedWithSeqeval()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("tagging", "entities"))
        {
            Check(node, "", Entities.Scheme.Repaired);
            if (node["expected"]!["strict_BILOU"] is not null) Check(node, "strict_BILOU", Entities.Scheme.Bilou);
            if (node["expected"]!["strict_IOBES"] is not null) Check(node, "strict_IOBES", Entities.Scheme.Iobes);
        }
        misses.AssertNone(40);

        void Check(JsonNode node, string part, Entities.Scheme scheme)
        {
            var expected = part.Length == 0 ? node["expected"]! : node["expected"]![part]!;
            foreach (var (side, rows) in new[] { ("gold", node["gold"]!), ("pred", node["pred"]!) })
            {
                if (expected[side + "_entities"] is not JsonArray lists) continue;
                var found = rows.AsArray().Select(row => string.Join(" ", Entities.Of(row.Texts(), scheme).OrderBy(entity => entity.First).Select(entity => $"{entity.Type} {entity.First} {entity.Last}"))).ToList();
                var due = lists.Select(row => string.Join(" ", row!.AsArray().OrderBy(entity => entity![1].Number()).Select(entity => $"{entity![0]} {entity[1]} {entity[2]}"))).ToList();
                misses.Check($"{node["id"]} {side} {part}", found.SequenceEqual(due), $"expected {string.Join(" | ", due)}, got {string.Join(" | ", found)}");
            }
            if (part.Length > 0) return;
            var examples = Examples(node);
            misses.Near($"{node["id"]} accuracy", expected["accuracy"].Number(), MetricRegistry.Get("tag-accuracy").Score(examples, new()), 1e-9);
        }
    }

    [Fact]
    public void EntityF1_GivesTheScore_WhenComparedWithSeqeval()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("tagging", "entities"))
        {
            var examples = Examples(node);
            var tags = node["gold"]!.AsArray().SelectMany(row => row.Texts()).Distinct().ToList();
            var expected = node["expected"]!;
            var strict = Entities.SchemeOf(tags) switch { Entities.Scheme.Bilou => expected["strict_BILOU"], Entities.Scheme.Iobes => expected["strict_IOBES"], _ => expected["default"] };
            misses.Near(node["id"].Text(), strict!["micro_zd0"]!["f1"].Number(), MetricRegistry.Get("entity-f1").Score(examples, new() { Labels = tags }), 1e-9);
        }
        misses.AssertNone(20);
    }

    [Fact]
    public void Score_IsThatOfTheRepeatedSet_WhenExamplesCountMoreThanOnce()
    {
        double[][] rows = [[1, 2], [3, 2.5], [2, 4], [5, 1]];
        int[] times = [2, 0, 3, 1];
        double[][] repeated = [rows[0], rows[0], rows[2], rows[2], rows[2], rows[3]];
        int[] once = [1, 1, 1, 1, 1, 1];
        foreach (var name in new[] { "pearson", "spearman", "rmse", "mae" })
            Assert.Equal(MetricRegistry.Get(name).Score(repeated, once, new()), MetricRegistry.Get(name).Score(rows, times, new()), 1e-12);
        double[][] labels = [[1, 0, 0.9, 0.2], [0, 1, 0.3, 0.8], [1, 1, 0.4, 0.1], [0, 0, 0.6, 0.5]];
        double[][] again = [labels[0], labels[0], labels[2], labels[2], labels[2], labels[3]];
        Assert.Equal(MetricRegistry.Get("mean-average-precision").Score(again, once, new()), MetricRegistry.Get("mean-average-precision").Score(labels, times, new()), 1e-12);
    }

    [Theory]
    [InlineData("O B-place I-place O B-n", "place: New York; n: 7")]
    [InlineData("O O O O O", TaggedText.Nothing)]
    public void TaggedText_SaysWhatIsMarked_InTheTextsOrder(string tags, string expected) =>
        Assert.Equal(expected, TaggedText.Of(["In", "New", "York", "at", "7"], tags, ["B-place", "I-place", "B-n", "O"]));

    private static MetricExample[] Examples(JsonNode node) =>
        [.. node["gold"]!.AsArray().Zip(node["pred"]!.AsArray()).Select(pair => new MetricExample(string.Join(' ', pair.Second.Texts()), [string.Join(' ', pair.First.Texts())]))];
}
