using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Runs;

public sealed class RunEventTests
{
    [Fact]
    public void Serialize_KeepsEveryField_WhenReadBack()
    {
        RunEvent points = new PointsEvent { Seq = 7, Time = 1_700_000_000_000, Index = 3, Examples = 24, Tokens = 99, Ids = [0, 4], Values = [1.25, double.NaN] };
        var line = JsonSerializer.Serialize(points, WireJson.Compact);
        Assert.Equal("""{"type":"points","index":3,"examples":24,"tokens":99,"ids":[0,4],"values":[1.25,"NaN"],"seq":7,"time":1700000000000}""", line);
        var read = Assert.IsType<PointsEvent>(JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact));
        Assert.Equal([1.25, double.NaN], read.Values);
        Assert.Equal(7, read.Seq);
    }

    [Fact]
    public void Deserialize_GivesAPlainEvent_WhenTheTypeIsFromANewerProgram()
    {
        var read = JsonSerializer.Deserialize<RunEvent>("""{"type":"hologram","seq":9,"time":5,"shape":[1]}""", WireJson.Compact)!;
        Assert.Equal(typeof(RunEvent), read.GetType());
        Assert.Equal(9, read.Seq);
    }

    [Fact]
    public void Transitions_ReachAnEnd_WhenFollowedFromAnyState()
    {
        foreach (var state in Enum.GetValues<RunState>())
        {
            Assert.False(RunTransitions.IsAllowed(state, state));
            Assert.Equal(state == RunState.Finished, Enum.GetValues<RunState>().All(to => !RunTransitions.IsAllowed(state, to)));
        }
    }
}
