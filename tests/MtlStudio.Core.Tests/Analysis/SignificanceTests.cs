using System.Text.Json.Nodes;
using MtlStudio.Core.Analysis;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Analysis;

/// <summary>Intervals and p-values against numpy, scipy and statsmodels.</summary>
public sealed class SignificanceTests
{
    [Fact]
    public void Interval_MeetsTheReference_WhenTheResamplesAreGiven()
    {
        var misses = new Misses();
        foreach (var (node, i) in Cases("bootstrap"))
        {
            var values = node["values"].Numbers();
            var zero = new double[values.Length];
            var draws = Draws(node, values, zero);
            misses.Near($"{i} mean", node["mean"].Number(), draws.Delta, 1e-10);
            misses.Near($"{i} 95 %", node["interval_95"].Numbers(), Ends(draws.Interval(0.95)), 1e-10);
            misses.Near($"{i} 90 %", node["interval_90"].Numbers(), Ends(draws.Interval(0.90)), 1e-10);
            misses.Near($"{i} sd", node["bootstrap_sd_ddof1"].Number(), draws.StandardError, 1e-10);
        }
        misses.AssertNone(16);
    }

    [Fact]
    public void PairedDraws_MeetTheReference_WhenTheResamplesAreGiven()
    {
        var misses = new Misses();
        foreach (var (node, i) in Cases("paired"))
        {
            var draws = Draws(node, node["a"].Numbers(), node["b"].Numbers());
            var resamples = node["indices_B_by_n"]!.AsArray().Count;
            misses.Near($"{i} difference", node["mean_difference"].Number(), draws.Delta, 1e-10);
            misses.Near($"{i} interval", node["difference_interval_95"].Numbers(), Ends(draws.Interval(0.95)), 1e-10);
            misses.Near($"{i} p", node["bootstrap_two_sided_centred_p"].Number(), draws.P, 1e-10);
            misses.Near($"{i} not better", node["bootstrap_share_not_better"].Number() * resamples + 1, draws.ShareAtMost(0) * (resamples + 1), 1e-10);
        }
        misses.AssertNone(16);
    }

    [Fact]
    public void Adjust_MeetsTheReference_WhenTestsVary()
    {
        var misses = new Misses();
        foreach (var (node, i) in Cases("holm")) misses.Near($"{i}", node["holm_adjusted"].Numbers(), Holm.Adjust(node["p"].Numbers()), 1e-10);
        misses.AssertNone(6);
    }

    [Fact]
    public void Spread_MeetsTheReference_WhenSeedsVary()
    {
        var misses = new Misses();
        foreach (var node in GoldenFile.Read("weighting/evaluation.json")["seeds"]!["cases"]!.AsArray())
        {
            var spread = Spread.Of(node!["values"].Numbers());
            misses.Near("mean", node["mean"].Number(), spread.Mean, 1e-10);
            misses.Near("sd", node["sd"].Number(), spread.Sd, 1e-10);
            misses.Near("standard error", node["standard_error"].Number(), spread.StandardError, 1e-10);
        }
        misses.AssertNone(15);
    }

    private static double[] Ends((double Low, double High) interval) => [interval.Low, interval.High];

    private static IEnumerable<(JsonNode, int)> Cases(string set) =>
        GoldenFile.Read("weighting/significance.json")[set]!["cases"]!.AsArray().Select((node, i) => (node!, i));

    private static PairedDraws Draws(JsonNode node, double[] model, double[] reference)
    {
        int[][] indices = [.. node["indices_B_by_n"]!.AsArray().Select(row => row!.AsArray().Select(index => (int)index.Whole()).ToArray())];
        var scores = Resampling.Scores([Mean(model), Mean(reference)], model.Length, indices.Length, (b, times) =>
        {
            Array.Clear(times);
            foreach (var index in indices[b]) times[index]++;
        });
        return PairedBootstrap.Over([new(model.Length, new(model.Average(), scores[0]), new(reference.Average(), scores[1]))]);
    }

    internal static SetScore Mean(double[] values) => times =>
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            sum += times[i] * values[i];
            count += times[i];
        }
        return sum / count;
    };
}
