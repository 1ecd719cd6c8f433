using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>The format of <c>mtl weigh</c>, as docs/guide/weigh.md tells it.</summary>
public sealed class WeighCommandTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void Weigh_AnswersOneStep_WithCoefficientsDirectionAndState()
    {
        var result = Ask("mgda", """{"losses":[0.7,1.2],"jacobian":[[1,2,0],[-2,1,1]]}""");
        Assert.Equal(["steps"], result.Select(field => field.Key));
        var step = result["steps"]![0]!.AsObject();
        Assert.Equal(["weights", "direction", "state"], step.Select(field => field.Key));
        Assert.Equal([6.0 / 11, 5.0 / 11], step["weights"]!.AsArray().Select(value => value!.GetValue<double>()), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([-4.0 / 11, 17.0 / 11, 5.0 / 11], step["direction"]!.AsArray().Select(value => value!.GetValue<double>()), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal("{}", step["state"]!.ToJsonString());
    }

    [Fact]
    public void Weigh_GivesTheSameCoefficients_FromTheGramMatrix()
    {
        var step = Ask("mgda", """{"losses":[0.7,1.2],"gram":[[5,0],[0,6]]}""")["steps"]![0]!;
        Assert.Equal(6.0 / 11, step["weights"]![0]!.GetValue<double>(), 1e-12);
        Assert.Null(step["direction"]);
    }

    [Fact]
    public void Weigh_GoesOnFromAState_AsIfItHadNotStopped()
    {
        const string first = """{"losses":[1,2]}""", second = """{"losses":[0.5,1.9]}""", third = """{"losses":[0.4,1.5]}""";
        var whole = Ask("uw", $$"""{"steps":[{{first}},{{second}},{{third}}]}""")["steps"]!.AsArray();
        var rest = Ask("uw", $$"""{"state":{{whole[1]!["state"]!.ToJsonString()}},"steps":[{{third}}]}""")["steps"]![0]!;
        Assert.Equal(whole[2]!.ToJsonString(), rest.ToJsonString());
    }

    [Fact]
    public void Weigh_KeepsAbsentTasksOut_WhenAStepNamesThePresentOnes()
    {
        var steps = Ask("uw", """{"tasks":["a","b","c"],"steps":[{"losses":[1,2,3]},{"tasks":["a","c"],"losses":[1,2]}]}""")["steps"]!.AsArray();
        Assert.Equal(2, steps[1]!["weights"]!.AsArray().Count);
        Assert.Equal(steps[0]!["state"]!["tasks"]!["b"]!.ToJsonString(), steps[1]!["state"]!["tasks"]!["b"]!.ToJsonString());
    }

    [Fact]
    public void Weigh_AnswersTheOtherCases_WhenOneIsBad()
    {
        var cases = Ask("cagrad", """
            {"options":{"c":0.2},"cases":[{"id":"good","options":{"c":0},"steps":[{"jacobian":[[1,0],[0,1]]}]},{"options":{"c":-1,"d":2},"steps":[{"jacobian":[[1,0],[0,1]]}]},{"steps":[]},
            {"steps":[{"losses":[1,2]}]},{"steps":[{"jacobian":[[1,0],[0]]}]}]}
            """)["cases"]!.AsArray();
        Assert.Equal([0.5, 0.5], cases[0]!["steps"]![0]!["weights"]!.AsArray().Select(value => value!.GetValue<double>()));
        var errors = cases.Skip(1).Select(item => item!["error"]!.GetValue<string>()).ToArray();
        Assert.Contains("options.c: Radius c must be 0 to 10 (you gave -1)", errors[0]);
        Assert.Contains("options.d: cagrad has no such option: known are c, rescale", errors[0]);
        Assert.StartsWith("steps: ", errors[1]);
        Assert.Equal("steps[0].gram: cagrad needs it: give jacobian or gram in each step", errors[2]);
        Assert.Equal("steps[0].jacobian[1]: There must be 2 numbers (you gave 1)", errors[3]);
    }

    [Theory]
    [InlineData("""{"losses":[1,2],"gram":[[1,0.5],[0.4,1]]}""", "steps[0].gram[1][0]: A Gram matrix is symmetric")]
    [InlineData("""{"losses":[1,2],"jacobian":[[1],[2]],"gram":[[1,2],[2,4]]}""", "steps[0].gram: A Jacobian is given too")]
    [InlineData("""{"losses":[1,"x"],"gram":[[1,0],[0,1]]}""", "steps[0].losses[1]: This must be a number")]
    [InlineData("""{"steps":[{"losses":[1,2]}],"option":{}}""", "option: A case has no such field")]
    [InlineData("""{"losses":[1,2],"jacobien":[[1],[2]]}""", "steps[0].jacobien: A step has no such field")]
    [InlineData("""{"losses":[1,2],"gram":[[1,0],[0,1]],"draws":{"orders":[[0,1],[1]]}}""", "steps[0].draws.orders[1]: ")]
    [InlineData("""{"steps":[{}]}""", "steps[0]: It does not say how many tasks there are")]
    [InlineData("""{"steps":""", "--input: It is not valid JSON")]
    [InlineData("""[1]""", "--input: This must be a JSON object")]
    public void Weigh_NamesTheFault_WhenTheInputIsBad(string input, string fault)
    {
        File.WriteAllText(file, input);
        var (code, _, errors) = TinyProject.Mtl("weigh", "--policy", "pcgrad", "--input", file);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(fault, errors);
    }

    [Fact]
    public void Weigh_NamesTheChoices_WhenThePolicyIsUnknown()
    {
        var (code, _, errors) = TinyProject.Mtl("weigh", "--policy", "adam", "--input", file);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("--policy: There is no weighting policy \"adam\": choose among equal, fixed, uw", errors);
    }

    [Fact]
    public void Weigh_LeavesTheTaskOut_WhenItsGradientIsNotFinite()
    {
        var step = Ask("pcgrad", """{"losses":[1,2,1],"jacobian":[[1,2],["nan",1],[-2,0.5]]}""")["steps"]![0]!;
        Assert.Equal("""["task1"]""", step["leftOut"]!.ToJsonString());
        Assert.Equal(0, step["weights"]![1]!.GetValue<double>());
    }

    [Fact]
    public void Weigh_WantsTheJacobian_WhenThePolicyIsElementwise()
    {
        File.WriteAllText(file, """{"losses":[1,2],"gram":[[1,0],[0,1]]}""");
        Assert.Contains("steps[0].jacobian: graddrop needs it", TinyProject.Mtl("weigh", "--policy", "graddrop", "--input", file).Errors);
    }

    public void Dispose() => File.Delete(file);

    private JsonObject Ask(string policy, string input)
    {
        File.WriteAllText(file, input);
        var (code, output, errors) = TinyProject.Mtl("weigh", "--policy", policy, "--input", file);
        Assert.True(code == 0, errors);
        return JsonNode.Parse(output)!.AsObject();
    }
}
