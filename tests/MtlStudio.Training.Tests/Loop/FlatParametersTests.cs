using MtlStudio.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

public sealed class FlatParametersTests
{
    [Fact]
    public void Values_HoldEveryParameterInPlace_WhenBound()
    {
        using var scope = NewDisposeScope();
        var model = new Model();
        using var flat = model.Flatten();

        Assert.Equal(8, flat.Count);
        Assert.Equal([("shared/decay", 0L, 6L), ("shared/no-decay", 6L, 2L)], flat.Segments.Select(s => (s.Name, s.Start, s.Length)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], flat.Values.data<float>().ToArray());
        using (no_grad()) flat.Values.mul_(Scalars.Of(10));
        Assert.Equal(60, model.Weight[1, 2].item<float>());
        Assert.Equal(80, model.Bias[1].item<float>());
    }

    [Fact]
    public void Backward_AccumulatesInTheBoundRow_WhenRowsAlternate()
    {
        using var scope = NewDisposeScope();
        var model = new Model();
        using var flat = model.Flatten();
        using var rows = new GradientRows(flat, 2);

        foreach (var (slot, factor) in new[] { (0, 1f), (1, 2f), (0, 3f) })
        {
            rows.Bind(slot);
            model.Weight.sum().add(model.Bias.sum(), Scalars.Two).mul(Scalars.Of(factor)).backward();
        }
        var gram = rows.Gram(2);

        // Row 0 = 4·(1×6, 2×2), row 1 = 2·(1×6, 2×2).
        Assert.Equal([16 * 14.0, 8 * 14.0, 8 * 14.0, 4 * 14.0], gram.data<double>().ToArray());
        Assert.Equal([8f, 8, 8, 8, 8, 8, 16, 16], rows.Combine([1, 2]).data<float>().ToArray());
        rows.Clear(2);
        Assert.Equal(0, rows.Gram(2).abs().sum().item<double>());
    }

    [Fact]
    public void Combine_LeavesARowOut_WhenItsCoefficientIsZero()
    {
        using var scope = NewDisposeScope();
        var model = new Model();
        using var flat = model.Flatten();
        using var rows = new GradientRows(flat, 2);
        rows.Bind(0);
        model.Weight.sum().mul(Scalars.Of(float.NaN)).add(model.Bias.sum(), Scalars.One).backward();
        rows.Bind(1);
        model.Weight.sum().add(model.Bias.sum(), Scalars.One).backward();
        Assert.Equal([1f, 1, 1, 1, 1, 1, 1, 1], rows.Combine([0, 1]).data<float>().ToArray());
    }

    private sealed class Model
    {
        public Tensor Weight = arange(Scalars.One, Scalars.Of(7), Scalars.One, ScalarType.Float32).view(2, 3);
        public Tensor Bias = arange(Scalars.Of(7), Scalars.Of(9), Scalars.One, ScalarType.Float32);

        public FlatParameters Flatten() => new(
            [new("bias", Bias, false, leaf => Bias = leaf), new("weight", Weight, true, leaf => Weight = leaf)], CPU);
    }
}
