using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Heads;

/// <summary>Output heads against transformers' ForSequenceClassification and ForTokenClassification (goldens/peft/heads.json), in double precision to 1e-9 and in float32.</summary>
public sealed class HeadGoldenTests
{
    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, bool>();
            foreach (var name in new[] { "classification", "classification_mean", "regression", "multilabel", "tagging" })
                foreach (var (wide, packed) in new[] { (true, false), (true, true), (false, false) }) cases.Add(name, wide, packed);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Head_GivesTheReferencesOutputsLossAndGradients_WhenReadFromItsFolder(string name, bool wide, bool packed)
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "heads.json");
        var kase = golden["cases"].EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var tolerance = wide ? 1e-9 : 2e-5;
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(Path.Combine(golden.Folder, kase.GetProperty("base").GetString()!), new() { Dtype = wide ? ScalarType.Float64 : ScalarType.Float32 });
        using var folder = FolderOf(golden, kase, model.Config.HiddenSize);
        using var heads = HeadedFineTuning.Load(model, null, folder.Path);
        var head = model.Heads[name];
        foreach (var slot in heads.Parameters) slot.Value.requires_grad_();

        var batch = BatchOf(kase, head.Plan);
        if (packed) batch = batch.Packed();
        var tensors = batch.Collate(CPU);
        var outputs = head.Forward(model.Hidden(tensors.Ids, tensors.Layout), tensors.Heads!);
        var answers = Answers(kase, batch);
        var expected = golden.Tensor(kase.GetProperty("logits")).view(-1, head.Plan.Outputs);
        // A packed batch asks in the order of its rows.
        outputs.AssertClose(expected.index_select(0, tensor(tensors.Heads!.Example.Select((example, i) => answers[example][i - Array.IndexOf(tensors.Heads.Example, example)]).ToArray())), tolerance);

        var losses = HeadLosses.Plain(head.Plan, outputs, tensors.Heads!);
        var loss = losses.sum().div(Scalars.Of(batch.Tokens));
        Assert.Equal(kase.GetProperty("loss").GetDouble(), loss.to(float64).item<double>(), tolerance);
        loss.backward();
        AssertFingerprint(kase.GetProperty("gradient_score_weight"), head.Weight.Value.grad!, tolerance * 10);
        head.Weight.Value.grad![0].narrow(0, 0, 8).AssertClose(tensor(kase.GetProperty("gradient_score_weight_row0").Flat()[..8]), tolerance * 10);
        Assert.Equal(kase.TryGetProperty("gradient_score_bias", out var bias), head.Bias is not null);
        if (head.Bias is not null) head.Bias.Value.grad!.AssertClose(tensor(bias.Flat()), tolerance * 10);
    }

    [Fact]
    public void Loss_IsTheSame_WhenABatchIsSplitOrPacked()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/peft"), "heads.json");
        foreach (var kase in golden["cases"].EnumerateArray())
        {
            using var scope = NewDisposeScope();
            using var model = CausalLm.Load(Path.Combine(golden.Folder, kase.GetProperty("base").GetString()!), new() { Dtype = ScalarType.Float64 });
            using var folder = FolderOf(golden, kase, model.Config.HiddenSize);
            using var heads = HeadedFineTuning.Load(model, null, folder.Path);
            var head = model.Heads.Values.Single();
            var batch = BatchOf(kase, head.Plan);
            double Sum(MicroBatch part) => part.Collate(CPU) is var tensors ? HeadLosses.Plain(head.Plan, head.Forward(model.Hidden(tensors.Ids, tensors.Layout), tensors.Heads!), tensors.Heads!).sum().item<double>() : 0;
            var whole = Sum(batch);
            Assert.Equal(whole, batch.Examples.Sum(example => Sum(batch with { Examples = [example] })), 1e-9);
            Assert.Equal(whole, Sum(batch.Packed()), 1e-9);
        }
    }

    /// <summary>A folder of the documented layout with one case's head in it.</summary>
    private static TemporaryFolder FolderOf(Golden golden, JsonElement kase, int hidden)
    {
        var folder = new TemporaryFolder();
        File.Copy(Path.Combine(golden.Folder, "heads.safetensors"), Path.Combine(folder.Path, HeadFiles.TensorFile));
        var kind = kase.GetProperty("kind").GetString() switch { "classification" => TaskKinds.HeadClassification, "multilabel" => TaskKinds.MultiLabel, "regression" => TaskKinds.Regression, _ => TaskKinds.Tagging };
        var pooling = kase.TryGetProperty("pooling", out var given) ? given.GetString() : "last";
        string[] labels = kind == TaskKinds.Regression ? [] : [.. Enumerable.Range(0, kase.GetProperty("labels_count").GetInt32()).Select(i => $"l{i}")];
        File.WriteAllText(Path.Combine(folder.Path, HeadFiles.IndexFile), JsonSerializer.Serialize(
            new { version = 1, hiddenSize = hidden, heads = new[] { new { task = kase.GetProperty("name").GetString(), kind, labels, pooling } } }));
        return folder;
    }

    private static MicroBatch BatchOf(JsonElement kase, HeadPlan plan)
    {
        var (ids, mask, targets) = (kase.GetProperty("input_ids"), kase.GetProperty("attention_mask"), kase.GetProperty("targets"));
        return new(0, 0, [.. Enumerable.Range(0, ids.GetArrayLength()).Select(row =>
        {
            var length = mask[row].Ints().Sum();
            var (last, target) = (length - 1, targets[row].Flat());
            Assert.Equal(kase.GetProperty("pooled_position")[row].GetInt32(), last);
            int[] asked = plan.Kind == TaskKinds.Tagging ? [.. Enumerable.Range(0, length).Where(t => target[t] != -100)] : plan.Pooling == "mean" ? [.. Enumerable.Range(0, length)] : [last];
            float[] values = plan.Kind == TaskKinds.Tagging ? [.. asked.Select(t => (float)target[t])] : [.. target.Select(value => (float)value)];
            var answers = plan.Kind == TaskKinds.Tagging ? asked.Length : 1;
            return LabeledIds.ForHead(ids[row].Ints()[..length], new(asked, values, answers, answers));
        })]);
    }

    /// <summary>By example, the rows of the case's logits that its answers are.</summary>
    private static long[][] Answers(JsonElement kase, MicroBatch batch) =>
        [.. batch.Examples.Select((example, row) => kase.GetProperty("kind").GetString() == "tagging" ? example.Head!.Positions.Select(t => (long)(row * kase.GetProperty("input_ids")[0].GetArrayLength() + t)).ToArray() : [row])];

    private static void AssertFingerprint(JsonElement expected, Tensor actual, double tolerance)
    {
        var flat = actual.to(float64).flatten();
        Assert.Equal(expected.GetProperty("shape").Longs(), actual.shape);
        Assert.Equal(expected.GetProperty("sum").GetDouble(), flat.sum().item<double>(), tolerance * 10);
        Assert.Equal(expected.GetProperty("norm").GetDouble(), flat.norm().item<double>(), tolerance * 10);
        Assert.Equal(expected.GetProperty("probe").GetDouble(), flat.mul(arange(Scalars.Of(0), Scalars.Of(flat.numel()), Scalars.One, float64).mul(Scalars.Of(0.1)).cos()).sum().item<double>(), tolerance * 10);
    }
}
