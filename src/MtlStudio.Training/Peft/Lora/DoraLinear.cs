using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Peft.Lora;

/// <summary>
/// Weight-decomposed LoRA (Liu et al. 2024): W' = m ∘ (W + s·B·A)/‖W + s·B·A‖, the norm over each output's inputs; as in
/// the paper (§4.3) the norm is a constant in the backward pass. W' itself is never made: its norm follows from ‖W‖, W·Aᵀ and A·Aᵀ.
/// </summary>
internal sealed class DoraLinear(CausalLm model, Linear layer, int rank, double scaling, double dropout) : IAdapterPart, ILinearAdapter, IScaled, IDisposable
{
    private Tensor? squares; // (out): ‖W‖² of the frozen weight

    public ParameterSlot A { get; } = new($"{layer.Name}.lora_A.weight", [rank, layer.InFeatures]);
    public ParameterSlot B { get; } = new($"{layer.Name}.lora_B.weight", [layer.OutFeatures, rank], ParameterStart.Zeros);
    /// <summary>m: (out)</summary>
    public ParameterSlot Magnitude { get; } = new($"{layer.Name}.lora_magnitude_vector", [layer.OutFeatures], ParameterStart.Ones);
    public string Module => layer.Name;
    public double Scaling { get; } = scaling;
    public IReadOnlyList<AdapterTensor> Tensors => [AdapterTensor.Of(A), AdapterTensor.Of(B), AdapterTensor.Of(Magnitude)];

    public void Start(long seed)
    {
        A.Uniform(model, 1 / Math.Sqrt(layer.InFeatures), seed);
        B.Constant(model, 0);
        using var scope = NewDisposeScope();
        Magnitude.Copy(model, Squares().sqrt());
    }

    public void PutOn() => LinearPart.PutOn(layer, this);

    public void TakeOff() => LinearPart.TakeOff(layer, this);

    public Tensor Forward(Linear layer, Tensor x, ForwardPass pass)
    {
        var input = pass.Dropout is null ? x : pass.Dropout.Apply(x, dropout, layer.Name);
        var low = LowRank.Down(input, A.Value).mul_(Scalars.Of(Scaling)); // (r, tokens)
        var own = LowRank.UpOnto(layer.Product(input), low, B.Value);
        var scaled = own.mul(Magnitude.Stored.div(Norm()).to(own.dtype));
        return layer.Bias is null ? scaled : scaled.add(layer.Bias.Value, Scalars.One);
    }

    public void Merge(MergedWeights weights)
    {
        var sum = layer.Oriented(weights[layer.Weight]).add(B.Value.mm(A.Value), Scalars.Of(Scaling));
        weights[layer.Weight] = layer.Oriented(sum.mul(Magnitude.Value.div(sum.norm(1, keepdim: false)).unsqueeze(1)));
    }

    public void Dispose() => squares?.Dispose();

    // ‖wᵢ + s·bᵢA‖² = ‖wᵢ‖² + 2s·bᵢ·(A wᵢ) + s²·bᵢ(AAᵀ)bᵢ
    private Tensor Norm()
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        // In at least float32: few bits would show in every output.
        var (a, b) = (A.Stored, B.Stored);
        var cross = b.mul(layer.Product(A.Value).t()).sum(-1);
        var low = b.mul(b.mm(a.mm(a.t()))).sum(-1);
        return Squares().add(cross, Scalars.Of(2 * Scaling)).add(low, Scalars.Of(Scaling * Scaling)).clamp_min_(Scalars.Of(1e-30)).sqrt_().MoveToOuterDisposeScope();
    }

    private Tensor Squares()
    {
        if (squares is not null) return squares;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        return squares = layer.Oriented(layer.Weight.Value).to(A.Stored.dtype).pow(Scalars.Two).sum(1).DetachFromDisposeScope();
    }
}
