using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>Counts what each method of the catalog trains, from the shapes of a model's tensors alone.</summary>
internal static class TrainedCounts
{
    public static TrainedPart Of(MethodChoice peft, ModelShapes model, IReadOnlyList<TaskSpec> tasks)
    {
        var options = new Options(peft, model);
        return WithHeads(Shared(options, tasks, Alone(options, peft, model, Math.Max(tasks.Count, 1))), model, tasks);
    }

    /// <summary>A head's weight and bias for each task that has one: private to it, or in its group's part where the method gives groups parts.</summary>
    private static TrainedPart WithHeads(TrainedPart part, ModelShapes model, IReadOnlyList<TaskSpec> tasks)
    {
        var heads = tasks.Where(task => TaskKinds.HasHead(task.Kind)).Select(task => (task.Group, Count: (long)HeadOutputs.Of(task) * (model.Hidden + 1))).ToList();
        if (heads.Count == 0) return part;
        var grouped = part.OwnersAreGroups ? heads.GroupBy(head => head.Group ?? "").Max(group => group.Key.Length > 0 ? group.Sum(head => head.Count) : group.Max(head => head.Count)) : heads.Max(head => head.Count);
        return part with { Parameters = part.Parameters + heads.Sum(head => head.Count), RowLength = part.RowLength + grouped };
    }

    /// <summary>As many as there are owners, and one that all share where the method says so.</summary>
    private static TrainedPart Shared(Options options, IReadOnlyList<TaskSpec> tasks, TrainedPart one)
    {
        var sharing = options.Has("sharing") ? options.Text("sharing") : "shared";
        if (sharing == "shared") return one;
        var owners = Math.Max(1, tasks.Select(task => sharing.EndsWith("group", StringComparison.Ordinal) ? task.Group ?? task.Name : task.Name).Distinct().Count());
        var both = sharing.StartsWith("shared+", StringComparison.Ordinal);
        // The chosen layers' counterpart is all the rest of the model; an adapter's is another one of its kind.
        var shared = !both ? 0 : options.Method == "layers" ? options.Model.Parameters - one.Parameters : one.Parameters;
        return one with
        {
            Parameters = shared + owners * one.Parameters,
            RowLength = shared + one.Parameters,
            OwnersAreGroups = sharing.EndsWith("group", StringComparison.Ordinal),
            FirstLayer = both && options.Method == "layers" ? 0 : one.FirstLayer,
            Ranks = one.Ranks * (both ? 2 : 1),
            Frozen = both && options.Method == "layers" ? 0 : one.Frozen,
        };
    }

    private static TrainedPart Alone(Options options, MethodChoice peft, ModelShapes model, int tasks) => peft.Name switch
    {
        "full" => new() { Parameters = model.Parameters, Frozen = 0, FirstLayer = 0, IsFull = true },
        "lora" => Lora(options, extra: _ => 0),
        "dora" => Lora(options, extra: matrix => matrix.Shape[0]),
        "loha" => Factors(options, matrix => 2 * options.Rank * (matrix.Shape[0] + matrix.Shape[1])),
        "lokr" => Factors(options, matrix => KroneckerFactors.Of(matrix.Shape[1], matrix.Shape[0], options.Rank, options.Integer("decomposeFactor"), options.Flag("decomposeBoth")).Sum(factor => factor.Rows * factor.Columns)),
        "vera" => Vera(options),
        "ia3" => Beside(options, matrix => IsAmong(matrix, options.Texts("feedForward")) ? matrix.Shape[1] : matrix.Shape[0], _ => 0),
        "bottleneck" => Bottleneck(options),
        "prefix" or "prompt" or "p-tuning" => Virtual(options),
        "mtl-lora" => MtlLora(options, tasks),
        "hydra-lora" => Beside(options, matrix => options.Rank * matrix.Shape[1] + options.Integer("heads") * (options.Rank * matrix.Shape[0] + matrix.Shape[1]), _ => (1 + options.Rank) * options.Integer("heads") + options.Rank),
        "mo-lora" => Beside(options, matrix => options.Integer("experts") * (options.Rank * Sides(matrix) + matrix.Shape[1]), _ => (2 + 2 * options.Rank) * options.Integer("experts")),
        "bitfit" or "layers" => Own(options),
        _ => throw new InvalidInputException("peft.name", $"There is no estimate for \"{peft.Name}\": choose one of {string.Join(", ", MethodCatalog.OfKind(MethodKind.Peft).Select(method => method.Name))}"),
    };

    private static TrainedPart MtlLora(Options options, int tasks)
    {
        var (rank, heads) = (options.Rank, (long)options.Integer("heads"));
        var part = Beside(options, matrix => rank * matrix.Shape[1] + heads * rank * matrix.Shape[0], _ => 2 * rank);
        var own = options.Matrices().Count * (rank * rank + heads);
        return part with { Parameters = part.Parameters + tasks * own, RowLength = part.Parameters + own };
    }

    private static TrainedPart Lora(Options options, Func<TensorShape, long> extra)
    {
        var (ranks, modules, bias) = (options.Numbers("rankPattern"), options.Texts("modulesToSave"), options.Text("bias"));
        var matrices = options.Matrices();
        long RankOf(TensorShape matrix) => (long)(ModuleNames.Pattern(ranks, matrix.Module) ?? options.Rank);
        var adapted = matrices.Select(matrix => matrix.Module).ToHashSet(StringComparer.Ordinal);
        var whole = options.Model.Tensors.Where(tensor => modules.Any(name => ModuleNames.Ends(tensor.Module, name))
            || (tensor.IsBias && (bias == "all" || (bias == "lora_only" && adapted.Contains(tensor.Module))))).ToList();
        var part = Beside(options, matrix => RankOf(matrix) * Sides(matrix) + extra(matrix), RankOf);
        return part with
        {
            Parameters = part.Parameters + whole.Sum(tensor => tensor.Elements),
            FirstLayer = whole.Count == 0 ? part.FirstLayer : Math.Min(part.FirstLayer, whole.Min(tensor => options.Depth(tensor))),
        };
    }

    private static TrainedPart Beside(Options options, Func<TensorShape, long> trained, Func<TensorShape, long> left)
    {
        var matrices = options.Matrices();
        return new()
        {
            Parameters = matrices.Sum(trained), Frozen = options.Model.Parameters, IsFull = false,
            FirstLayer = matrices.Min(options.Depth), Ranks = matrices.Sum(left),
        };
    }

    private static TrainedPart Factors(Options options, Func<TensorShape, long> trained) => Beside(options, trained, _ => 0) with { Deltas = 2 * options.Matrices().Sum(matrix => matrix.Elements) };

    private static TrainedPart Vera(Options options)
    {
        var matrices = options.Matrices();
        var part = Beside(options, matrix => options.Rank + matrix.Shape[0], matrix => 2 * options.Rank + matrix.Shape[0]);
        return part with { Frozen = part.Frozen + options.Rank * (matrices.Max(matrix => matrix.Shape[1]) + matrices.Max(matrix => matrix.Shape[0])) };
    }

    private static TrainedPart Bottleneck(Options options)
    {
        var (hidden, width, layers) = ((long)options.Model.Hidden, (long)options.Integer("width"), options.Layers());
        var places = (long)layers.Count * options.Texts("places").Count;
        return new()
        {
            Parameters = places * (2 * width * hidden + width + hidden), Frozen = options.Model.Parameters, FirstLayer = layers[0], IsFull = false, Ranks = places * (2 * width + hidden),
        };
    }

    private static TrainedPart Virtual(Options options)
    {
        var (model, tokens, hidden) = (options.Model, (long)options.Integer("tokens"), (long)options.Model.Hidden);
        long Dense(params long[] widths) => widths.Zip(widths.Skip(1)).Sum(pair => pair.First * pair.Second + pair.Second);
        long Lstm(long width) => Enumerable.Range(0, options.Integer("lstmLayers")).Sum(layer => 2 * (4 * width * ((layer == 0 ? hidden : 2 * width) + width) + 8 * width)) + Dense(2 * width, 2 * width, hidden);
        long Trained() => options.Method switch
        {
            "prompt" => tokens * hidden,
            "prefix" when !options.Flag("projection") => tokens * 2 * model.Layers * model.KeyWidth,
            "prefix" => tokens * model.KeyWidth + Dense(model.KeyWidth, options.Integer("width"), 2L * model.Layers * model.KeyWidth),
            _ when options.Text("encoder") == "lstm" => tokens * hidden + Lstm(options.Integer("width")),
            _ => tokens * hidden + Dense(hidden, options.Integer("width"), options.Integer("width"), hidden),
        };
        return new() { Parameters = Trained(), Frozen = model.Parameters, FirstLayer = 0, IsFull = false, VirtualTokens = (int)tokens };
    }

    private static TrainedPart Own(Options options)
    {
        var (model, layers) = (options.Model, options.Layers().ToHashSet());
        var (biases, modules) = (options.Method == "bitfit", options.Method == "bitfit" ? [] : options.Texts("modules"));
        bool IsChosen(TensorShape tensor) =>
            tensor.Layer is { } layer ? layers.Contains(layer) && (!biases || tensor.IsBias) && (modules.Count == 0 || modules.Any(name => ModuleNames.Ends(tensor.Module, name)))
            : biases ? tensor.IsBias && options.Text("layers") == ""
            : tensor.Name == model.Head ? options.Flag("head") : tensor.Name == model.Embedding ? options.Flag("embeddings") : options.Flag("finalNorm");
        var chosen = model.Tensors.Where(IsChosen).ToList();
        if (chosen.Count == 0)
            throw new InvalidInputException("peft.name", biases ? "This model has no biases, so BitFit would train nothing: choose LoRA, (IA)³ or chosen layers" : "Nothing of this model is chosen: choose other layers or modules");
        var trained = chosen.Sum(tensor => tensor.Elements);
        // Biases keep no activations for their gradients; matrices do, as in full fine-tuning.
        return new() { Parameters = trained, Frozen = model.Parameters, FirstLayer = chosen.Min(options.Depth), IsFull = false };
    }

    private static long Sides(TensorShape matrix) => matrix.Shape[0] + matrix.Shape[1];

    private static bool IsAmong(TensorShape matrix, IReadOnlyList<string> names) => names.Any(name => ModuleNames.Ends(matrix.Module, name));

    /// <summary>A method's options over a model.</summary>
    private sealed class Options(MethodChoice peft, ModelShapes model)
    {
        private IReadOnlyList<TensorShape>? matrices;

        public string Method => peft.Name;
        public ModelShapes Model => model;
        public long Rank => Integer("rank");

        public bool Has(string name) => MethodCatalog.Get(MethodKind.Peft, peft.Name).Parameters.Any(parameter => parameter.Name == name);
        public int Integer(string name) => peft.Options.Integer(MethodKind.Peft, peft.Name, name);
        public bool Flag(string name) => peft.Options.Flag(MethodKind.Peft, peft.Name, name);
        public string Text(string name) => peft.Options.Text(MethodKind.Peft, peft.Name, name) ?? "";
        public IReadOnlyList<string> Texts(string name) => peft.Options.Texts(MethodKind.Peft, peft.Name, name) is var texts && peft.Options.ContainsKey(name) ? texts : ModuleNames.Default(texts, model.Tensors.Select(tensor => tensor.Module));
        public IReadOnlyList<KeyValuePair<string, double>> Numbers(string name) => peft.Options.Numbers(name, $"peft.options.{name}");

        /// <summary>Those chosen; all where the option is empty or the method has none.</summary>
        public IReadOnlyList<int> Layers() =>
            LayerRange.Parse(Has("layers") ? Text("layers") : "", model.Layers, "peft.options.layers");

        /// <summary>How far down gradients go for a tensor: its layer; the embeddings: the first; the head and last norm: behind all.</summary>
        public int Depth(TensorShape tensor) => tensor.Layer ?? (tensor.Name == model.Embedding ? 0 : model.Layers);

        /// <summary>The linear layers' matrices that get an adapter, and tables where they are named.</summary>
        public IReadOnlyList<TensorShape> Matrices()
        {
            if (matrices is not null) return matrices;
            var (targets, layers) = (Texts("targets"), Layers().ToHashSet());
            var everyLayer = layers.Count == model.Layers;
            matrices = [.. model.Tensors.Where(tensor => tensor.IsMatrix && IsTarget(tensor, targets) && (tensor.Layer is { } layer ? layers.Contains(layer) : everyLayer))];
            return matrices.Count > 0 ? matrices : throw new InvalidInputException("peft.options.targets",
                $"{string.Join(", ", targets)} fit no linear layer of the model: there are {string.Join(", ", model.Tensors.Where(tensor => tensor.IsMatrix && tensor.Layer is not null).Select(tensor => tensor.Name.Split('.')[^2]).Distinct().Order(StringComparer.Ordinal))}");
        }

        private static bool IsTarget(TensorShape tensor, IReadOnlyList<string> targets) =>
            targets is ["all-linear"] ? tensor.Layer is not null : targets.Any(target => ModuleNames.Ends(tensor.Module, target));
    }
}
