using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Peft;

/// <summary>AdamW on stories260K, adapted by LoRA and in full, against PEFT in double precision (goldens/analysis/finetune.json).</summary>
public sealed class FineTuningTrajectoryTests
{
    [Fact]
    public void Lora_FollowsTheReferencesLosses_Over30Steps()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/analysis"), "finetune.json");
        using var scope = NewDisposeScope();
        using var model = Stories();
        using var lora = Attach(model, golden);
        var single = golden["single"];
        Assert.Equal(single.GetProperty("trainable_parameters").GetInt64(), lora.Parameters.Sum(p => p.Elements));
        var task = single.GetProperty("task").GetString()!;
        Follow(golden, lora, [.. single.GetProperty("trace").EnumerateArray().Select(step => (task, step))], golden["lr"].GetDouble());
        AssertLosses(golden, model, single.GetProperty("loss_all_after"));
        foreach (var slot in lora.Parameters)
            slot.Value.AssertClose(golden.Tensor(JsonSerializer.SerializeToElement("finetune.safetensors:single_final/" + slot.Name)), 1e-8, 1e-6);
    }

    [Fact]
    public void FullFineTuning_FollowsTheReferencesLosses_OnAlternatingTasks()
    {
        var golden = Golden.Open(SharedFolder.Need("goldens/analysis"), "finetune.json");
        using var scope = NewDisposeScope();
        using var model = Stories();
        using var full = new FullFineTuning(model);
        var run = golden["full"];
        Follow(golden, full, [.. run.GetProperty("trace").EnumerateArray().Select(step => (step.GetProperty("task").GetString()!, step))], run.GetProperty("lr").GetDouble());
        AssertLosses(golden, model, run.GetProperty("loss_all_after"));
    }

    private static CausalLm Stories() => CausalLm.Load(SharedFolder.Need("data/pretrained/stories260K"), new() { Dtype = ScalarType.Float64 });

    private static Adapter Attach(CausalLm model, Golden golden)
    {
        var lora = LoraAdapter.Attach(model, new() { Rank = golden["r"].GetInt32(), Alpha = golden["alpha"].GetDouble(), TargetModules = ["q_proj", "v_proj"] }, seed: 1);
        foreach (var slot in lora.Parameters.Where(s => s.Start != ParameterStart.Zeros))
            slot.Value.copy_(golden.Tensor(JsonSerializer.SerializeToElement("finetune.safetensors:init/" + slot.Name)));
        return lora;
    }

    private static void Follow(Golden golden, IFineTuning tuning, IReadOnlyList<(string Task, JsonElement Step)> trace, double rate)
    {
        foreach (var slot in tuning.Parameters) slot.Value.requires_grad_();
        var moments = tuning.Parameters.Select(p => (Mean: zeros_like(p.Value), Square: zeros_like(p.Value))).ToList();
        for (var step = 0; step < trace.Count; step++)
        {
            using var scope = NewDisposeScope();
            var (task, expected) = trace[step];
            var loss = MeanLoss(tuning.Model, golden, task, expected.GetProperty("rows").Ints());
            Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-7);
            loss.backward();
            using var frozen = no_grad();
            var norm = Math.Sqrt(tuning.Parameters.Sum(p => p.Value.grad!.pow(Scalars.Two).sum().item<double>()));
            Assert.Equal(1, norm / expected.GetProperty("grad_norm").GetDouble(), 1e-6);
            for (var i = 0; i < moments.Count; i++)
            {
                var (parameter, gradient, (mean, square)) = (tuning.Parameters[i].Value, tuning.Parameters[i].Value.grad!, moments[i]);
                mean.mul_(Scalars.Of(0.9)).add_(gradient, Scalars.Of(0.1));
                square.mul_(Scalars.Of(0.999)).add_(gradient.pow(Scalars.Two), Scalars.Of(0.001));
                parameter.mul_(Scalars.Of(1 - rate * golden["weight_decay"].GetDouble()));
                parameter.sub_(mean.div(Scalars.Of(1 - Math.Pow(0.9, step + 1))).div(square.div(Scalars.Of(1 - Math.Pow(0.999, step + 1))).sqrt().add(Scalars.Of(1e-8), Scalars.One)).mul(Scalars.Of(rate)));
                gradient.zero_();
            }
        }
    }

    private static void AssertLosses(Golden golden, CausalLm model, JsonElement expected)
    {
        using var frozen = no_grad();
        foreach (var task in expected.EnumerateObject())
            Assert.Equal(task.Value.GetDouble(), MeanLoss(model, golden, task.Name, [.. Enumerable.Range(0, golden["ids"].GetProperty(task.Name).GetArrayLength())]).item<double>(), 1e-6);
    }

    private static Tensor MeanLoss(CausalLm model, Golden golden, string task, int[] rows)
    {
        var texts = rows.Select(row => golden["ids"].GetProperty(task)[row].Longs()).ToList();
        var length = texts.Max(t => t.Length);
        long[] ids = [.. texts.SelectMany(t => t.Concat(new long[length - t.Length]))];
        long[] labels = [.. texts.SelectMany(t => t.Concat(Enumerable.Repeat(LabelPositions.Ignored, length - t.Length)))];
        var positions = LabelPositions.Of(labels, rows.Length, length);
        var hidden = model.Hidden(tensor(ids).view(rows.Length, length), AttentionLayout.Causal(rows.Length, length));
        return TokenLoss.Sum(model, hidden, positions).div(Scalars.Of(positions.Count));
    }
}
