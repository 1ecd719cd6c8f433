using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Sharing;
using MtlStudio.Training.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Tests.Sharing;

/// <summary>MTL-LoRA, HydraLoRA and the mixture of LoRAs against the papers' formulas in double precision (goldens/peft/sharing.json).</summary>
public sealed class SharingGoldenTests
{
    private sealed class Case(JsonElement kase)
    {
        private readonly Dictionary<string, Tensor> leaves = [];

        public JsonElement Options => kase.GetProperty("options");
        public double Scaling => kase.GetProperty("scaling").GetDouble();

        public Tensor Given(string name) => tensor(kase.GetProperty(name).Flat()).view(kase.GetProperty(name).Shape());

        public Tensor Leaf(string name) => leaves.TryGetValue(name, out var leaf) ? leaf : leaves[name] = Given(name).requires_grad_();

        public void Check(Tensor y, Tensor? loss = null)
        {
            y.AssertClose(Given("y"), 1e-9);
            (loss ?? y.mul(Given("upstream")).sum()).backward();
            foreach (var (name, leaf) in leaves)
                leaf.grad!.AssertClose(tensor(kase.GetProperty("gradients").GetProperty(name).Flat()).view(leaf.shape), 1e-9);
        }
    }

    private static IEnumerable<Case> Cases(string method) =>
        Golden.Open(SharedFolder.Need("goldens/peft"), "sharing.json")["cases"].EnumerateArray().Where(c => c.GetProperty("method").GetString() == method).Select(c => new Case(c));

    [Fact]
    public void HydraLora_GivesTheReferencesOutputsAndGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var kase in Cases("hydra_lora"))
            kase.Check(functional.linear(kase.Given("x"), kase.Given("W")).add(HydraLora.Added(kase.Given("x"), kase.Given("x"), kase.Leaf("A"), kase.Leaf("B"), kase.Leaf("G"), kase.Scaling), Scalars.One));
    }

    [Fact]
    public void MtlLora_GivesTheReferencesOutputsAndGradients_RowByRowOfItsTasks()
    {
        using var scope = NewDisposeScope();
        foreach (var kase in Cases("mtl_lora"))
        {
            var (x, tasks, deltas) = (kase.Given("x"), kase.Given("row_task").to(int64).data<long>().ToArray(), kase.Given("delta_W"));
            var rows = tasks.Select((task, row) =>
            {
                var one = x.narrow(0, row, 1);
                var low = functional.linear(functional.linear(one, kase.Leaf("A")), kase.Leaf("Lambda").select(0, task)).mul(Scalars.Of(kase.Scaling));
                var mixed = MtlLora.Mixed(kase.Leaf("B"), kase.Leaf("w").select(0, task), kase.Options.GetProperty("tau").GetDouble());
                MtlLora.Delta(kase.Leaf("A"), mixed, kase.Leaf("Lambda").select(0, task), kase.Scaling).AssertClose(deltas.select(0, task), 1e-9);
                return functional.linear(one, kase.Given("W")).add(functional.linear(low, mixed), Scalars.One);
            });
            kase.Check(cat([.. rows], 0));
        }
    }

    [Fact]
    public void MoLora_GivesTheReferencesOutputsGradientsAndLoadBalance()
    {
        using var scope = NewDisposeScope();
        foreach (var kase in Cases("mo_lora"))
        {
            var (topK, renormalize) = (kase.Options.GetProperty("top_k").GetInt32(), kase.Options.GetProperty("renormalize").GetBoolean());
            var (p, gates, chosen) = MoLora.Route(kase.Given("x"), kase.Leaf("G"), topK, renormalize);
            p.AssertClose(kase.Given("router_probabilities"), 1e-9);
            var y = functional.linear(kase.Given("x"), kase.Given("W")).add(MoLora.Added(kase.Given("x"), gates, kase.Leaf("A"), kase.Leaf("B"), kase.Scaling), Scalars.One);
            var real = tensor(kase.Given("counted").data<double>().ToArray().Select((counted, row) => (counted, row)).Where(pair => pair.counted == 1).Select(pair => (long)pair.row).ToArray());
            var balance = MoLora.Balance(p.index_select(0, real), chosen.index_select(0, real), topK);
            Assert.Equal(kase.Given("aux").item<double>(), balance.item<double>(), 1e-9);
            kase.Check(y, y.mul(kase.Given("upstream")).index_select(0, real).sum().add(balance.mul(Scalars.Of(kase.Options.GetProperty("aux_coefficient").GetDouble())), Scalars.One));
        }
    }
}
