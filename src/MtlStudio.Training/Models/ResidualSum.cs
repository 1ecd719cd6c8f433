using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>What may stand in the place of a sub-layer's residual sum, as a bottleneck adapter.</summary>
public interface IResidualAdapter
{
    /// <summary>The residual stream after the sub-layer, (tokens, hidden).</summary>
    /// <param name="stream">The residual stream that entered the sub-layer.</param>
    /// <param name="output">What the sub-layer gave.</param>
    /// <param name="normed">The stream after the norm, as the sub-layer read it.</param>
    Tensor Join(Tensor stream, Tensor output, Tensor normed, ForwardPass pass);
}

/// <summary>Where a layer's attention or MLP joins the residual stream: x + y, or through the adapter where one is set.</summary>
/// <param name="layer">The layer's number, from 0.</param>
/// <param name="place">"attention" or "mlp".</param>
public sealed class ResidualSum(int layer, string place, int hidden)
{
    public int Layer { get; } = layer;
    public string Place { get; } = place;
    public int Hidden { get; } = hidden;
    public IResidualAdapter? Adapter { get; set; }

    public Tensor Join(Tensor stream, Tensor output, Tensor normed, ForwardPass pass) =>
        Adapter is null ? stream.add(output, Scalars.One) : Adapter.Join(stream, output, normed, pass);
}
