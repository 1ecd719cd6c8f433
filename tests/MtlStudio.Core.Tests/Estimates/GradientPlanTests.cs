using System.Text.Json;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Estimates;

public sealed class GradientPlanTests
{
    private const long Large = 1_000_000_000;

    [Theory]
    [InlineData("equal", 1000, GradientMode.Whole)]
    [InlineData("pcgrad", 1000, GradientMode.Whole)]
    [InlineData("equal", Large, GradientMode.Together)]
    [InlineData("famo", Large, GradientMode.LossesFirst)]
    [InlineData("pcgrad", Large, GradientMode.Sketch)]
    public void Of_ChoosesWhatFits_WhenTheSpecNamesNothing(string policy, long parameters, GradientMode mode) =>
        Assert.Equal(mode, GradientPlan.Of(new() { Name = policy }, 4, parameters).Mode);

    [Fact]
    public void Of_TakesTheSpecsWord_WhenItNamesASample()
    {
        var plan = GradientPlan.Of(new() { Name = "mgda", Gradients = "sketch", SketchSize = 512, Direction = "last", Every = 5 }, 4, 1000);
        Assert.Equal((GradientMode.Sketch, true, 5, 512L), (plan.Mode, plan.Last, plan.Every, plan.SampleSize));
        Assert.Equal(1, plan.Passes);
        Assert.Equal(1.2, GradientPlan.Of(new() { Name = "mgda", Gradients = "layers", Every = 5 }, 4, 1000).Passes, 1e-12);
        Assert.Equal(GradientMode.Whole, GradientPlan.Of(new() { Name = "mgda", Gradients = "sketch" }, 1, 1000).Mode);
    }

    [Fact]
    public void Passes_CountsThePolicysOwn_BesideTheSteps()
    {
        Assert.Equal(4.0 / 3, GradientPlan.Of(new() { Name = "famo" }, 4, 1000).Passes, 1e-12);
        Assert.Equal(5.0 / 3, GradientPlan.Of(new() { Name = "famo" }, 4, Large).Passes, 1e-12);
        Assert.Equal(2, GradientPlan.Of(new() { Name = "auto-lambda" }, 4, 1000).Passes, 1e-12);
        var coba = new WeightingSpec { Name = "coba", Options = new Dictionary<string, JsonElement> { ["every"] = JsonSerializer.SerializeToElement(10) } };
        Assert.Equal(1 + 1.0 / 30, GradientPlan.Of(coba, 4, 1000).Passes, 1e-12);
    }

    [Theory]
    [InlineData("pcgrad", "whole")]
    [InlineData("graddrop", null)]
    public void Of_NamesTheSize_WhenWholeRowsDoNotFit(string policy, string? gradients)
    {
        var error = Assert.Throws<InvalidInputException>(() => GradientPlan.Of(new() { Name = policy, Gradients = gradients }, 4, Large));
        Assert.Equal("weighting.gradients", Assert.Single(error.Errors).Field);
        Assert.Contains("14.9 GiB", error.Message);
    }

    [Fact]
    public void SampleBytes_CountsGradientSamplesAndSigns()
    {
        var plan = GradientPlan.Of(new() { Name = "mgda", Gradients = "sketch", SketchSize = 1000 }, 4, 100_000);
        Assert.Equal(4 * (100_000 + 4 * 1000) + 100_000, plan.SampleBytes(4, 100_000));
        Assert.Equal(1, plan.Rows(4));
    }
}
