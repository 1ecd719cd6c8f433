using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Peft.Prompts;

/// <summary>P-tuning's LSTM (Liu et al. 2021): embeddings through a bidirectional LSTM, then two dense layers.</summary>
internal sealed class LstmEncoder : IPromptEncoder
{
    private readonly int count, hidden;
    private ParameterSlot Embedding { get; }
    private readonly Direction[] directions; // by layer: forward, backward
    private readonly DenseStack head;

    public LstmEncoder(int count, long width, int hidden, int layers)
    {
        (this.count, this.hidden) = (count, hidden);
        Embedding = new("embedding.weight", [count, width]);
        directions = [.. Enumerable.Range(0, layers).SelectMany(layer => new[] { "", "_reverse" }.Select(end => new Direction(layer, end, layer == 0 ? width : 2 * hidden, hidden)))];
        head = new("mlp_head", x => functional.relu(x), 2 * hidden, 2 * hidden, width);
    }

    public IReadOnlyList<ParameterSlot> Slots => [Embedding, .. directions.SelectMany(direction => direction.Slots), .. head.Slots];

    public void Start(CausalLm model, long seed)
    {
        Embedding.Normal(model, 1, seed);
        foreach (var slot in directions.SelectMany(direction => direction.Slots)) slot.Uniform(model, 1 / Math.Sqrt(hidden), seed);
        head.Start(model, seed);
    }

    public Tensor Encode()
    {
        var x = Embedding.Value; // (n, width)
        for (var i = 0; i < directions.Length; i += 2) x = cat([directions[i].Run(x, hidden), directions[i + 1].Run(x.flip(0), hidden).flip(0)], 1);
        return head.Forward(x.view(count, 2 * hidden));
    }

    private sealed class Direction(int layer, string end, long inputs, int hidden)
    {
        private ParameterSlot Input { get; } = new($"lstm_head.weight_ih_l{layer}{end}", [4 * hidden, inputs]);
        private ParameterSlot State { get; } = new($"lstm_head.weight_hh_l{layer}{end}", [4 * hidden, hidden]);
        private ParameterSlot InputBias { get; } = new($"lstm_head.bias_ih_l{layer}{end}", [4 * hidden]);
        private ParameterSlot StateBias { get; } = new($"lstm_head.bias_hh_l{layer}{end}", [4 * hidden]);

        public IEnumerable<ParameterSlot> Slots => [Input, State, InputBias, StateBias];

        /// <summary>(n, inputs) → (n, hidden), first to last.</summary>
        public Tensor Run(Tensor x, int hidden)
        {
            var own = functional.linear(x, Input.Value, InputBias.Value);
            var h = zeros([1, hidden], x.dtype, x.device);
            var c = zeros_like(h);
            var states = new List<Tensor>();
            for (var t = 0; t < x.shape[0]; t++)
            {
                var gates = own.narrow(0, t, 1).add(functional.linear(h, State.Value, StateBias.Value), Scalars.One).chunk(4, 1); // input, forget, cell, output
                c = gates[1].sigmoid().mul(c).add(gates[0].sigmoid().mul(gates[2].tanh()), Scalars.One);
                h = gates[3].sigmoid().mul(c.tanh());
                states.Add(h);
            }
            return cat(states, 0);
        }
    }
}
