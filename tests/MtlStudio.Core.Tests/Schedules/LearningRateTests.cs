using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Schedules;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Schedules;

public sealed class LearningRateTests
{
    [Fact]
    public void At_EqualsTheReference_ForEverySharedSchedule()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("peft/schedules.json")["cases"]!.AsArray())
        {
            // Its first rate is not the lowest of a warm-up but one of its own.
            if (item!["name"].Text() == "cosine_warmup_with_min_lr") continue;
            var rate = Of(item);
            var step = 0;
            foreach (var expected in item["lr"].Numbers()) misses.Near($"{item["name"]} {item["arguments"]!.ToJsonString()} step {step}", expected * 1e3, rate.At(step++) * 1e3, 1e-12);
            misses.Near($"{item["name"]} after the last step", item["after_last_step"].Number() * 1e3, rate.At(step) * 1e3, 1e-12);
        }
        misses.AssertNone(1500);
    }

    [Fact]
    public void At_EndsAtTheLowestRate_WhenAFloorIsGiven()
    {
        var rate = new LearningRate("linear", 2, 10, 0.25, 110);
        Assert.Equal(2, rate.At(10));
        Assert.Equal(2 * (0.25 + 0.75 * 0.5), rate.At(60), 1e-12);
        Assert.Equal(0.5, rate.At(110));
    }

    [Fact]
    public void Of_GivesRatesBetweenNoneAndTheHighest_ForEveryScheduleOfTheCatalog()
    {
        foreach (var schedule in MethodCatalog.OfKind(MethodKind.Schedule))
        {
            var rate = LearningRate.Of(new RunSpec { Schedule = new(schedule.Name), Training = new() { Steps = 100 } });
            var rates = Enumerable.Range(0, 100).Select(rate.At).ToList();
            Assert.All(rates, at => Assert.InRange(at, 0, 1e-3));
            Assert.Equal(1e-3, rates.Max());
            Assert.Equal(20, rates.IndexOf(rates.Max()));
        }
    }

    [Fact]
    public void At_NamesTheSchedules_WhenThereIsNoSuchOne() =>
        Assert.Contains("wsd", Assert.Throws<InvalidInputException>(() => new LearningRate("exponential", 1, 0, 0, 10).At(1)).Message);

    private static LearningRate Of(JsonNode item)
    {
        var arguments = item["arguments"]!;
        var own = arguments["scheduler_specific_kwargs"];
        double Given(string name, double otherwise) => own?[name] is { } value ? value.Number() : otherwise;
        var (name, highest) = (item["name"].Text(), item["base_lr"].Number());
        var (warmup, steps) = (arguments["num_warmup_steps"]?.Whole() ?? 0, arguments["num_training_steps"]?.Whole() ?? item["steps"].Whole());
        return name switch
        {
            "constant" or "constant_with_warmup" => new("constant", highest, warmup, 1, steps),
            "linear" => new("linear", highest, warmup, 0, steps),
            "cosine" => new("cosine", highest, warmup, 0, steps),
            "cosine_with_min_lr" => new("cosine", highest, warmup, Given("min_lr_rate", Given("min_lr", 0) / highest), steps),
            "cosine_with_restarts" => new("cosine", highest, warmup, 0, steps) { Cycles = (int)Given("num_cycles", 1) },
            "polynomial" => new("polynomial", highest, warmup, Given("lr_end", 1e-7) / highest, steps) { Power = Given("power", 1) },
            "inverse_sqrt" => new("inverse-sqrt", highest, warmup, 0, steps) { Timescale = (int)Given("timescale", warmup) },
            "warmup_stable_decay" => new("wsd", highest, warmup, Given("min_lr_ratio", 0), steps)
            {
                DecaySteps = (int)Given("num_decay_steps", 0),
                DecayShape = own?["decay_type"]?.Text() switch { "linear" => RateShape.Linear, "1-sqrt" => RateShape.Root, _ => RateShape.Cosine },
                WarmupShape = own?["warmup_type"]?.Text() switch { "cosine" => RateShape.Cosine, "1-sqrt" => RateShape.Root, _ => RateShape.Linear },
            },
            _ => throw new InvalidOperationException($"{name} has no counterpart"),
        };
    }
}
