using System.Text.Json.Nodes;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>
/// A trained AdaLoRA (Zhang et al. 2023) as PEFT saves it: ΔW = α/(r + 1e-5) · B·(E∘A), r the rank it began with. Its
/// ranks are no longer redistributed; it is trained on as it stands.
/// </summary>
internal static class AdaLora
{
    public const string PeftType = "ADALORA";

    public static AdapterPlan Read(AdapterSource source)
    {
        var config = source.Config;
        var choice = ModuleChoice.Read(config);
        var (rank, alpha, dropout) = (config.Int("init_r", 12), config.Double("lora_alpha", 8, above: 0), config.Double("lora_dropout", 0));
        foreach (var field in new[] { "modules_to_save", "use_dora", "rank_pattern" }.Where(config.IsOn)) config.Fault(field, "it is set, and an AdaLoRA with it is not supported: save the adapter without it");
        var (linears, _) = ModuleTargets.Match(source.Model, choice, new FaultList(config));
        var json = new JsonObject
        {
            ["bias"] = "none", ["inference_mode"] = true, ["init_r"] = rank, ["layers_to_transform"] = PeftJson.Layers(choice.Layers), ["lora_alpha"] = alpha, ["lora_dropout"] = dropout,
            ["peft_type"] = PeftType, ["r"] = config.Int("r", 8), ["target_modules"] = PeftJson.Modules(choice), ["target_r"] = config.Int("target_r", 8), ["task_type"] = PeftJson.TaskType,
            ["total_step"] = config.Int("total_step", 1),
        };
        return new(json, [.. linears.Select(layer => new Part(source.Model, layer, rank, alpha / (rank + 1e-5), dropout))]);
    }

    private sealed class Part(CausalLm model, Linear layer, int rank, double scaling, double dropout) : IAdapterPart, ILinearAdapter
    {
        private ParameterSlot A { get; } = new($"{layer.Name}.lora_A", [rank, layer.InFeatures]);
        private ParameterSlot B { get; } = new($"{layer.Name}.lora_B", [layer.OutFeatures, rank]);
        // singular values
        private ParameterSlot E { get; } = new($"{layer.Name}.lora_E", [rank, 1], ParameterStart.Zeros);

        public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(A), AdapterTensor.Of(B), AdapterTensor.Of(E)];

        public void Start(long seed)
        {
            A.Normal(model, 0.02, seed);
            B.Normal(model, 0.02, seed);
            E.Constant(model, 0);
        }

        public void PutOn() => LinearPart.PutOn(layer, this);

        public void TakeOff() => LinearPart.TakeOff(layer, this);

        public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
        {
            var input = pass.Dropout is null ? x : pass.Dropout.Apply(x, dropout, layer.Name);
            return LowRank.UpOnto(layer.Base(x), LowRank.Down(input, A.Value.mul(E.Value)).mul_(Scalars.Of(scaling)), B.Value);
        }

        public void Merge(MergedWeights weights) => weights.Add(layer, B.Value.mm(A.Value.mul(E.Value)).mul(Scalars.Of(scaling)));
    }
}
