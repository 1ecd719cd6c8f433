using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Sampling;

public sealed class SamplingSharesTests
{
    [Fact]
    public void Of_MeetsTheReference_WhenSizesAndOptionsVary()
    {
        var misses = new Misses();
        foreach (var list in GoldenFile.Read("weighting/samplers.json")["temperature"]!["lists"]!.AsArray())
        {
            int[] sizes = [.. list!["sizes"]!.AsArray().Select(size => size.Whole())];
            foreach (var item in list["cases"]!.AsArray())
            {
                var kind = item!["kind"].Text();
                var choice = kind switch
                {
                    "proportional" => new MethodChoice("proportional"),
                    "uniform over non-empty" => new MethodChoice("uniform"),
                    _ => new MethodChoice("temperature") { Options = Options(("T", item["T"]), ("cap", item["cap"]), ("scale", item["scale"])) },
                };
                misses.Near($"{list["id"]} {kind} T={item["T"]} cap={item["cap"]} scale={item["scale"]}", item["probabilities"].Numbers(), SamplingShares.Of(choice, [], sizes), 1e-12);
            }
        }
        misses.AssertNone(250);
    }

    [Fact]
    public void Explicit_MeetsTheReference_WhenSharesVary()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/samplers.json")["explicit"]!.AsArray())
        {
            var shares = item!["weights"].Numbers();
            misses.Near(item["id"].Text(), item["probabilities"].Numbers(),
                SamplingShares.Of(new("explicit"), shares, [.. shares.Select(_ => 10)]), 1e-12);
        }
        misses.AssertNone(4);
    }

    [Fact]
    public void Names_AreTheCatalogs_WhenCompared() =>
        Assert.Equal(MethodCatalog.OfKind(MethodKind.Sampler).Select(method => method.Name).Order(), SamplingShares.Names.Order());

    [Fact]
    public void Explicit_NamesEveryFault_WhenSharesAreBad()
    {
        var bad = Assert.Throws<InvalidInputException>(() => SamplingShares.Explicit([-1, double.NaN, 1], [5, 5, 0]));
        Assert.Equal(["tasks[0].share", "tasks[1].share", "tasks[2].share"], bad.Errors.Select(error => error.Field));
        Assert.Throws<InvalidInputException>(() => SamplingShares.Explicit([0, 0], [5, 5]));
        Assert.Throws<InvalidInputException>(() => SamplingShares.Of(new("proportional"), [], [0, 0]));
        Assert.Contains("uniform", Assert.Throws<InvalidInputException>(() => SamplingShares.Of(new("random"), [], [1])).Message);
    }

    [Fact]
    public void Planned_KeepsEveryTaskAtOneMicroBatch_WhenSharesAreUneven()
    {
        var planned = StepShares.Planned([0.9, 0.06, 0.04], 10);
        Assert.Equal(1, planned.Sum(), 1e-12);
        Assert.Equal([0.8, 0.1, 0.1], planned.Select(share => Math.Round(share, 12)));
        // Above the floor the proportions stay: 0.6 : 0.35.
        planned = StepShares.Planned([0.6, 0.35, 0.05], 8);
        Assert.Equal(0.125, planned[2], 1e-12);
        Assert.Equal(0.6 / 0.35, planned[0] / planned[1], 1e-12);
    }

    [Fact]
    public void Planned_GivesTheSamplersShares_WhenTheyAreAttainable()
    {
        var planned = StepShares.Planned([0.5, 0.3, 0.2, 0], 10);
        Assert.Equal([0.5, 0.3, 0.2, 0], planned.Select(share => Math.Round(share, 12)));
        Assert.All(StepShares.Planned([0.98, 0.01, 0.01], 3), share => Assert.Equal(1 / 3.0, share, 1e-12));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepShares.Planned([0.5, 0.5], 1));
    }

    [Fact]
    public void Planned_IsTheNearestAttainable_WhenComparedWithRandomRivals()
    {
        double[] shares = [0.7, 0.2, 0.06, 0.04];
        var planned = StepShares.Planned(shares, 6);
        var best = Divergence(planned);
        for (var trial = 0; trial < 2000; trial++)
        {
            var random = new KeyedRandom(trial, "test");
            var raw = shares.Select(_ => -Math.Log(1 - random.NextDouble())).ToArray();
            // Any point of the attainable simplex: one micro-batch each, the other two anywhere.
            var rival = raw.Select(value => (1 + 2 * value / raw.Sum()) / 6).ToArray();
            Assert.True(Divergence(rival) >= best - 1e-12);
        }
        double Divergence(double[] q) => shares.Zip(q).Sum(pair => pair.First * Math.Log(pair.First / pair.Second));
    }

    private static Dictionary<string, JsonElement> Options(params (string Name, JsonNode? Value)[] options) =>
        options.Where(option => option.Value is not null).ToDictionary(option => option.Name, option => JsonSerializer.SerializeToElement(option.Value));
}
