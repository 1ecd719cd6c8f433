using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Loop;

public sealed class LearningRateTests
{
    [Fact]
    public void At_EqualsTheReference_ForEverySharedSchedule()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Need("goldens/peft/schedules.json")));
        var compared = 0;
        foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var arguments = item.GetProperty("arguments");
            var warmup = arguments.TryGetProperty("num_warmup_steps", out var w) ? w.GetInt32() : 0;
            var highest = item.GetProperty("base_lr").GetDouble();
            (string Name, double Lowest)? ours = item.GetProperty("name").GetString() switch
            {
                "constant" or "constant_with_warmup" => ("constant", 1),
                "linear" => ("linear", 0),
                "cosine" => ("cosine", 0),
                "cosine_with_min_lr" => ("cosine", Lowest(arguments.GetProperty("scheduler_specific_kwargs"), highest)),
                _ => null,
            };
            if (ours is not { } schedule) continue;
            compared++;
            var rate = new LearningRate(schedule.Name, highest, warmup, schedule.Lowest, item.GetProperty("steps").GetInt32());
            var step = 0;
            foreach (var expected in item.GetProperty("lr").EnumerateArray()) Assert.Equal(expected.GetDouble(), rate.At(step++), 1e-15);
        }
        Assert.Equal(7, compared);
    }

    [Fact]
    public void At_EndsAtTheLowestRate_WhenAFloorIsGiven()
    {
        var rate = new LearningRate("linear", 2, 10, 0.25, 110);
        Assert.Equal(2, rate.At(10));
        Assert.Equal(2 * (0.25 + 0.75 * 0.5), rate.At(60), 1e-12);
        Assert.Equal(0.5, rate.At(110));
    }

    private static double Lowest(JsonElement arguments, double highest) =>
        arguments.TryGetProperty("min_lr_rate", out var share) ? share.GetDouble() : arguments.GetProperty("min_lr").GetDouble() / highest;
}
