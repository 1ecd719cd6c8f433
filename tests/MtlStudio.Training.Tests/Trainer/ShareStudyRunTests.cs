using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>The three runs of DoReMi by the command line, as a studio would make them.</summary>
public sealed class ShareStudyRunTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact, Trait("Category", "Slow")]
    public void Runs_FindSharesThatAFinalRunDrawsBy_FromAReferencesLosses()
    {
        var reference = TinyProject.Spec(steps: 8);
        reference["evaluation"]!["trainLosses"] = true;
        Run("reference", reference);
        using (var file = SafetensorsFile.Open(new RunFolder(project["reference"]).TrainLosses))
        using (var counts = file.Tensor("color/counts"))
        {
            Assert.Equal(40, counts.shape[0]);
            Assert.Equal(file.Entry("color/losses").Elements, counts.data<long>().Sum());
        }

        var proxy = TinyProject.Spec(steps: 8);
        proxy["sampler"] = JsonNode.Parse("""{"name":"uniform"}""");
        proxy["weighting"] = JsonNode.Parse("""{"name":"group-dro","reference":"reference","options":{"eta":1,"smoothing":0.01}}""");
        Run("proxy", proxy);
        var found = FoundShares.Read(new RunFolder(project["proxy"]))!;
        Assert.Equal(["color", "echo"], found.Shares.Keys.Order());
        Assert.Equal(1, found.Shares.Values.Sum(), 1e-9);
        var weights = TinyProject.Events(project["proxy"]).OfType<PointsEvent>().ToList();
        Assert.NotEmpty(weights);
        Assert.Contains(TinyProject.Events(project["proxy"]).OfType<LogEvent>(), log => log.Message.StartsWith("Shares found: ", StringComparison.Ordinal));

        // The proxy's own first losses are the untuned model's: where the reference has learned, they lie above it.
        Assert.Contains(found.Shares.Values, share => Math.Abs(share - 0.5) > 1e-6);

        var wrong = TinyProject.Spec(steps: 8);
        wrong["weighting"] = proxy["weighting"]!.DeepClone();
        wrong["tasks"]![0]!["template"]!["prompt"] = "{text} So it is";
        project.WriteSpec("wrong.json", wrong);
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["wrong.json"], "--dir", project["wrong"], "--threads", "1");
        Assert.Equal(2, code);
        Assert.Contains("weighting.reference: The reference run trained \"color\" on other examples", errors);
        wrong["weighting"]!["reference"] = "nowhere";
        project.WriteSpec("wrong.json", wrong);
        (code, _, errors) = TinyProject.Mtl("run", "--spec", project["wrong.json"], "--dir", project["wrong2"], "--threads", "1");
        Assert.Equal(2, code);
        Assert.Contains("weighting.reference: There is no run at ", errors);
    }

    private void Run(string name, JsonObject spec)
    {
        project.WriteSpec($"{name}.json", spec);
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project[$"{name}.json"], "--dir", project[name], "--threads", "1");
        Assert.True(code == 0, errors);
    }
}
