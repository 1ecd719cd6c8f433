using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using MtlStudio.Training.Weighting;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

public sealed class LossNormalizationTests
{
    [Fact]
    public void Gradients_EqualTheReference_InEveryLossMode()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Need("goldens/peft/loss_normalization.json")));
        foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
            foreach (var (name, mode) in new[] { ("token", LossMode.Token), ("sample", LossMode.Sample), ("task-token", LossMode.TaskToken), ("task-sample", LossMode.TaskSample) })
                Compare(item, name, mode);
    }

    private static void Compare(JsonElement item, string name, LossMode mode)
    {
        using var scope = NewDisposeScope();
        var start = Matrix(item.GetProperty("W"));
        Tensor weight = start;
        using var flat = new FlatParameters([new("W", start, true, leaf => weight = leaf)], CPU);
        using var rows = new GradientRows(flat, item.GetProperty("tasks").GetArrayLength());
        var tasks = item.GetProperty("tasks").EnumerateArray().Select(t => t.GetString()!).ToList();

        // A token's "id" is its place among all the micro-batch's states; a leading token makes every label count.
        var states = new Dictionary<int, Tensor>();
        var batches = new List<MicroBatch>();
        foreach (var batch in item.GetProperty("micro_batches").EnumerateArray())
        {
            var examples = batch.GetProperty("examples").EnumerateArray().ToList();
            states[batches.Count] = cat([.. examples.Select(e => Matrix(e.GetProperty("hidden")))]);
            batches.Add(new(tasks.IndexOf(batch.GetProperty("task").GetString()!), batches.Count,
                [.. examples.Select(e => new LabeledIds([0, .. Labels(e)], [0, .. Labels(e)]))]));
        }
        TrainedLosses Losses(int step, MicroBatch batch, BatchTensors tensors) =>
            nn.functional.cross_entropy(states[batch.Number].mm(weight.t()), tensor(tensors.Labels.Target.ToArray()), reduction: nn.Reduction.None);

        var policy = new CapturePolicy();
        var taken = new MultiTaskStep(tasks, Losses, flat, rows, policy, new AdamW(flat, new()), new() { Seed = 1, LossMode = mode })
            .Take(0, batches, 1e-3);

        var expected = item.GetProperty("unweighted").GetProperty(name);
        // The reference's task modes are means over the K tasks, rows here are the tasks' own.
        var factor = mode is LossMode.TaskToken or LossMode.TaskSample ? 1.0 / tasks.Count : 1;
        var gradient = rows.Combine([.. tasks.Select(_ => factor)]).view(weight.shape);
        var reference = Matrix(expected.GetProperty("gradient_W"));
        Assert.True((gradient - reference).abs().max().item<float>() < 2e-6, name);
        for (var k = 0; k < tasks.Count; k++)
        {
            Assert.Equal(item.GetProperty("task_token_mean").GetProperty(tasks[k]).GetDouble(), taken.Losses[k], 1e-5);
            if (mode is LossMode.Sample or LossMode.TaskSample)
                Assert.Equal(item.GetProperty("task_sample_mean").GetProperty(tasks[k]).GetDouble(), policy.Seen![k], 1e-5);
        }
    }

    private static int[] Labels(JsonElement example) => [.. example.GetProperty("labels").EnumerateArray().Select(l => l.GetInt32())];

    private static Tensor Matrix(JsonElement rows)
    {
        var values = rows.EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetSingle()).ToArray()).ToList();
        return tensor(values.SelectMany(v => v).ToArray(), [values.Count, values[0].Length]);
    }

    /// <summary>Equal weighting that keeps the losses it was shown, and asks for them.</summary>
    private sealed class CapturePolicy : IWeightingPolicy
    {
        public IReadOnlyList<double>? Seen { get; private set; }
        public string Name => "capture";
        public PolicyNeeds Needs => PolicyNeeds.Losses;
        public LossMode DefaultLossMode => LossMode.Token;
        public bool NeedsEveryTask => false;
        public double NominalScale(int tasks) => 1;

        public Weighing Weigh(WeighInput input, System.Text.Json.Nodes.JsonObject? state)
        {
            Seen = input.Losses;
            return new([.. input.Tasks.Select(_ => 1.0)]);
        }

        public System.Text.Json.Nodes.JsonObject? Advance(WeighInput input, System.Text.Json.Nodes.JsonObject? state) => null;
    }
}
