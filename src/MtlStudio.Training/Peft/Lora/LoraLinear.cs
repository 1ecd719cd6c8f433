using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>x·Wᵀ + b + scaling·(drop(x)·Aᵀ)·Bᵀ beside a layer whose own tensors stay as they are.</summary>
internal sealed class LoraLinear(CausalLm model, Linear layer, int rank, double scaling, double dropout) : IAdapterPart, IAddedOutput, IScaled
{
    /// <summary>(r, in)</summary>
    public ParameterSlot A { get; } = new($"{layer.Name}.lora_A.weight", [rank, layer.InFeatures]);
    /// <summary>(out, r)</summary>
    public ParameterSlot B { get; } = new($"{layer.Name}.lora_B.weight", [layer.OutFeatures, rank], ParameterStart.Zeros);
    public string Module => layer.Name;
    public double Scaling { get; } = scaling;
    public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(A), AdapterTensor.Of(B)];

    /// <summary>A uniform in ±1/√in (PEFT's Kaiming start); B zero, so that the model computes what it did.</summary>
    public void Start(long seed)
    {
        A.Uniform(model, 1 / Math.Sqrt(layer.InFeatures), seed);
        B.Constant(model, 0);
    }

    public void PutOn() => LinearPart.PutOn(layer, this);

    public void TakeOff() => LinearPart.TakeOff(layer, this);

    public Tensor Forward(Linear layer, Tensor x, ForwardPass pass) => AddTo(layer.Base(x), layer, x, pass);

    public Tensor AddTo(Tensor output, Linear layer, Tensor x, ForwardPass pass)
    {
        var input = pass.Dropout is null ? x : pass.Dropout.Apply(x, dropout, layer.Name);
        var low = LowRank.Down(input, A.Value); // (r, tokens): the cheapest place to scale
        if (Scaling != 1) low.mul_(Scalars.Of(Scaling));
        return LowRank.UpOnto(output, low, B.Value);
    }

    /// <summary>scaling·B·A: (out, in).</summary>
    public Tensor Delta() => B.Value.mm(A.Value).mul_(Scalars.Of(Scaling));

    public void Merge(MergedWeights weights) => weights.Add(layer, Delta());
}
