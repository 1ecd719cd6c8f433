using System.Text.Json.Nodes;
using MtlStudio.Core.Analysis;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class CurveTests
{
    [Fact]
    public void MinMaxAndLttb_ChooseTheSamePoints_WhenComparedWithTheReference()
    {
        var misses = new Misses();
        foreach (var node in Cases("downsample"))
        {
            var (x, y, points) = (node["x"].Numbers(), node["y"].Numbers(), node["n_out"].Whole());
            Check("lttb", Downsampling.Lttb(x, y, points));
            Check("min_max", Downsampling.MinMax(y, points));

            void Check(string kind, int[] chosen) => misses.Check($"{node["id"]} {kind}",
                node["expected"]![kind]!.AsArray().Select(i => i.Whole()).SequenceEqual(chosen), string.Join(",", chosen));
        }
        misses.AssertNone(18);
    }

    [Fact]
    public void Ema_MeetsTheReference_WhenComparedWithTensorBoard()
    {
        var misses = new Misses();
        foreach (var node in Cases("ema_tensorboard"))
        {
            var weight = node["weight"].Number();
            if (weight < 1) misses.Near(node["id"].Text(), node["expected"].Numbers(), Smoothing.Ema(node["y"].Numbers(), weight), 1e-9);
            else Assert.Throws<ArgumentOutOfRangeException>(() => Smoothing.Ema([1, 2], weight)); // TensorBoard draws zeros there
        }
        misses.AssertNone(6);
    }

    [Fact]
    public void TimeWeighted_MeetsTheReference_WhenSpacingVaries()
    {
        var misses = new Misses();
        foreach (var node in Cases("ema_time_weighted"))
            misses.Near(node["id"].Text(), node["expected"].Numbers(),
                Smoothing.TimeWeighted(node["x"].Numbers(), node["y"].Numbers(), node["smoothing"].Number()), 1e-9);
        misses.AssertNone(4);
    }

    [Fact]
    public void Smoothing_LetsGapsThrough_WhenValuesAreNotFinite()
    {
        var smooth = Smoothing.TimeWeighted([0, 1, 2, 3], [1, double.NaN, 3, double.PositiveInfinity], 0.5);
        Assert.Equal(1, smooth[0]);
        Assert.True(double.IsNaN(smooth[1]) && double.IsPositiveInfinity(smooth[3]));
        Assert.InRange(smooth[2], 1, 3);
        Assert.Equal([5.0], Smoothing.TimeWeighted([7], [5], 0.9));
        Assert.Empty(Smoothing.Ema([], 0.9));
    }

    [Fact]
    public void Downsampling_KeepsSpikesAndGaps_WhenValuesAreNotFinite()
    {
        var y = Enumerable.Range(0, 1000).Select(i => i is >= 300 and < 400 ? double.NaN : i == 777 ? 50.0 : Math.Sin(i / 20.0)).ToArray();
        var x = Enumerable.Range(0, 1000).Select(i => (double)i).ToArray();
        Assert.Contains(777, Downsampling.MinMax(y, 40));
        Assert.Contains(Downsampling.MinMax(y, 40), i => double.IsNaN(y[i]));
        var lttb = Downsampling.Lttb(x, y, 40);
        Assert.Equal(40, lttb.Length);
        Assert.Equal(lttb.Order().Distinct(), lttb);
        Assert.Contains(777, lttb);
        // Four buckets lie wholly or almost in the gap; no other may choose a point of it.
        Assert.InRange(lttb.Count(i => double.IsNaN(y[i])), 1, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => Downsampling.Lttb(x, y, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Downsampling.MinMax(y, 1));
    }

    private static IEnumerable<JsonNode> Cases(string kind) =>
        GoldenFile.Read("metrics/curves.json")["cases"]!.AsArray().Where(node => node!["kind"].Text() == kind)!;
}
