using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>down(act(gate(x)) · up(x)); with SiLU it is SwiGLU (Shazeer 2020).</summary>
public sealed class GatedMlp(Linear gate, Linear up, Linear down, Func<Tensor, Tensor> activation)
{
    public Tensor Forward(Tensor x, ForwardPass pass) => down.Forward(activation(gate.Forward(x, pass)).mul(up.Forward(x, pass)), pass);
}
