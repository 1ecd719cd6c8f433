using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace MtlStudio.Training.Quantization;

/// <summary>
/// x·Wᵀ with W unpacked for the product and let go: the graph keeps the packed weight, which is unpacked again for the
/// gradient of x. The weight itself has none.
/// </summary>
internal sealed class PackedProduct : SingleTensorFunction<PackedProduct>
{
    private const string Weight = "weight";

    public override string Name => "PackedProduct";

    public static Tensor Of(Tensor x, IPackedWeight weight)
    {
        if (is_grad_enabled() && x.requires_grad) return apply(x, weight);
        using var whole = weight.Unpack(x.dtype);
        return nn.functional.linear(x, whole);
    }

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var weight = (IPackedWeight)vars[1];
        ctx.save_data(Weight, weight);
        ctx.set_materialize_grads(false);
        using var whole = weight.Unpack(((Tensor)vars[0]).dtype);
        return nn.functional.linear((Tensor)vars[0], whole);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output.IsInvalid) return BackwardFaults.Nothing(2); // what stands above failed
        try
        {
            using var whole = ((IPackedWeight)ctx.get_data(Weight)).Unpack(grad_output.dtype);
            return [grad_output.matmul(whole), null!]; // one for each argument
        }
        catch (Exception fault)
        {
            BackwardFaults.Keep(fault);
            return BackwardFaults.Nothing(2);
        }
    }
}
