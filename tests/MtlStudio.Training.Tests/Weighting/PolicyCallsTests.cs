using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>A policy that breaks its promise is named, with the step and the reason.</summary>
public sealed class PolicyCallsTests
{
    private static readonly WeighInput Input = new() { Tasks = ["a", "b"], Step = 7, Seed = 1 };

    [Fact]
    public void Weigh_NamesTheTask_WhenACoefficientIsNotFinite() =>
        Fails("its coefficient of b is NaN, and must be finite", new Broken(() => [1, double.NaN]));

    [Fact]
    public void Weigh_NamesTheCount_WhenCoefficientsAreTooFew() => Fails("it gave 1 coefficients for 2 tasks", new Broken(() => [1]));

    [Fact]
    public void Weigh_TellsTheException_WhenThePolicyThrows() => Fails("DivideByZeroException: ", new Broken(() => throw new DivideByZeroException()));

    [Fact]
    public void Advance_TellsTheException_WhenThePolicyThrows() =>
        Assert.Contains("broken failed at step 7: NotSupportedException", Assert.Throws<PolicyFailedException>(() => PolicyCalls.Advance(new Broken(() => [1, 1]), Input, null)).Message);

    [Fact]
    public void Create_TellsWhy_WhenAPluginsAssemblyIsNone()
    {
        var plugin = new PolicyPlugin(new() { Kind = MethodKind.Policy, Name = "mine", Title = "Mine", Summary = "", Helps = "" }, typeof(PolicyCallsTests).Assembly.Location, "No.Such.Class");
        var error = Assert.Throws<InvalidInputException>(() => PolicyLoader.Create(plugin, new("mine", new Dictionary<string, System.Text.Json.JsonElement>()), []));
        Assert.Contains("it has no class No.Such.Class", Assert.Single(error.Errors).Message);
    }

    private static void Fails(string why, IWeightingPolicy policy) =>
        Assert.StartsWith($"The weighting policy broken failed at step 7: {why}", Assert.Throws<PolicyFailedException>(() => PolicyCalls.Weigh(policy, Input, null)).Message);

    private sealed class Broken(Func<double[]> answer) : IWeightingPolicy
    {
        public string Name => "broken";
        public PolicyNeeds Needs => PolicyNeeds.State;
        public double NominalScale(int tasks) => 1;
        public Weighing Weigh(WeighInput input, JsonObject? state) => new(answer());
        public JsonObject? Advance(WeighInput input, JsonObject? state) => throw new NotSupportedException();
    }
}
