using MtlStudio.Core.Catalog;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Peft.Bottleneck;
using MtlStudio.Training.Peft.Lora;
using MtlStudio.Training.Peft.Prompts;
using MtlStudio.Training.Peft.Scaling;
using MtlStudio.Training.Peft.Weights;
using MtlStudio.Training.Sharing;

namespace MtlStudio.Training.Loop;

/// <summary>Makes the fine-tuning a spec names; a new method is a line here.</summary>
public static class FineTunings
{
    private static readonly Dictionary<string, Func<PeftOptions, Adapter>> Adapters = new(StringComparer.Ordinal)
    {
        ["lora"] = o => LoraAdapter.Attach(o.Model, Lora(o), o.Seed),
        ["dora"] = o => LoraAdapter.Attach(o.Model, Lora(o) with { Dora = true }, o.Seed),
        ["loha"] = o => LoHa.Attach(o.Model, new() { Rank = o.Integer("rank"), Alpha = o.Number("alpha"), TargetModules = o.Texts("targets"), Layers = o.Layers() }, o.Seed),
        ["lokr"] = o => LoKr.Attach(o.Model, new()
        {
            Rank = o.Integer("rank"), Alpha = o.Number("alpha"), TargetModules = o.Texts("targets"), Layers = o.Layers(), DecomposeFactor = o.Integer("decomposeFactor"), DecomposeBoth = o.Flag("decomposeBoth"),
        }, o.Seed),
        ["vera"] = o => Vera.Attach(o.Model, new()
        {
            Rank = o.Integer("rank"), Start = o.Number("start"), Dropout = o.Number("dropout"), ProjectionSeed = o.Integer("projectionSeed"), TargetModules = o.Texts("targets"), Layers = o.Layers(),
        }, o.Seed),
        ["ia3"] = o => Ia3.Attach(o.Model, new() { TargetModules = o.Texts("targets"), FeedForward = o.Texts("feedForward") }),
        ["bottleneck"] = o => BottleneckAdapter.Attach(o.Model, new()
        {
            Kind = o.Text("kind"), Places = o.Texts("places"), Width = o.Integer("width"), Activation = o.Text("activation"), Scale = o.Number("scale"), Layers = o.Layers(),
        }, o.Seed),
        ["prefix"] = o => PrefixTuning.Attach(o.Model, o.Integer("tokens"), o.Flag("projection") ? o.Integer("width") : null, o.Seed),
        ["prompt"] = o => PromptTuning.Attach(o.Model, o.Integer("tokens"), o.Text("init") == "vocabulary", o.Seed),
        ["p-tuning"] = o => PTuning.Attach(o.Model, new() { Tokens = o.Integer("tokens"), Lstm = o.Text("encoder") == "lstm", Width = o.Integer("width"), LstmLayers = o.Integer("lstmLayers") }, o.Seed),
        ["bitfit"] = o => ChosenWeights.Attach(o.Model, new() { Biases = true, Layers = o.Layers() }),
        ["layers"] = o => ChosenWeights.Attach(o.Model, ChosenLayers(o)),
        ["mtl-lora"] = o => MtlLora.Attach(o.Model, new()
        {
            Rank = o.Integer("rank"), Alpha = o.Number("alpha"), Dropout = o.Number("dropout"), Count = o.Integer("heads"), Temperature = o.Number("temperature"), TargetModules = o.Texts("targets"), Layers = o.Layers(), Tasks = o.Tasks,
        }, o.Seed),
        ["hydra-lora"] = o => HydraLora.Attach(o.Model, new()
        {
            Rank = o.Integer("rank"), Alpha = o.Number("alpha"), Dropout = o.Number("dropout"), Count = o.Integer("heads"), TargetModules = o.Texts("targets"), Layers = o.Layers(),
        }, o.Seed),
        ["mo-lora"] = o => MoLora.Attach(o.Model, new()
        {
            Rank = o.Integer("rank"), Alpha = o.Number("alpha"), Dropout = o.Number("dropout"), Count = o.Integer("experts"), TopK = o.Integer("topK"), Renormalize = o.Flag("renormalize"), Balance = o.Number("balance"),
            TargetModules = o.Texts("targets"), Layers = o.Layers(),
        }, o.Seed),
    };

    /// <param name="adapter">A PEFT folder to start from, or null.</param>
    /// <exception cref="InvalidInputException">The options do not fit the model, by field.</exception>
    public static IFineTuning Create(CausalLm model, RunSpec spec, string? adapter)
    {
        if (Adapters.TryGetValue(spec.Peft.Name, out var attach)) return adapter is null ? New(model, spec, attach) : Continue(model, spec, adapter);
        if (adapter is not null) throw new InvalidInputException("model.adapter", "Full fine-tuning starts from a model, not from an adapter: merge the adapter into the model first, or choose peft lora");
        return new FullFineTuning(model);
    }

    private static IFineTuning New(CausalLm model, RunSpec spec, Func<PeftOptions, Adapter> attach)
    {
        var options = new PeftOptions(model, spec);
        var sharing = options.Has("sharing") ? options.Text("sharing") : "shared";
        var ratio = options.Has("loraPlusRatio") ? options.Number("loraPlusRatio") : 1;
        if (sharing == "shared")
        {
            var one = Named(() => attach(options));
            one.LoraPlusRatio = ratio;
            return one;
        }
        var shared = !sharing.StartsWith("shared+", StringComparison.Ordinal) ? null
            : Named(() => spec.Peft.Name == "layers" ? ChosenWeights.AttachOthers(model, ChosenLayers(options)) : attach(options));
        var several = TaskAdapters.Create(model, shared, Owners.Of(spec, sharing.EndsWith("group", StringComparison.Ordinal)), () => Named(() => attach(options)));
        several.SetLoraPlusRatio(ratio);
        return several;
    }

    /// <summary>Makes an adapter whose faults name the spec's fields.</summary>
    private static Adapter Named(Func<Adapter> make)
    {
        try
        {
            return make();
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException([.. fault.Errors.Select(error => error with
            {
                Field = error.Field.StartsWith("peft.", StringComparison.Ordinal) ? error.Field
                    : error.Field == "name" ? "peft.name" : $"peft.options.{(error.Field == "targetModules" ? "targets" : error.Field)}",
            })]);
        }
    }

    /// <summary>Trains on what a folder holds, with that folder's own options; where the spec shares by task, each begins from it.</summary>
    private static IFineTuning Continue(CausalLm model, RunSpec spec, string folder)
    {
        var options = new PeftOptions(model, spec);
        var sharing = options.Has("sharing") ? options.Text("sharing") : "shared";
        var ratio = options.Has("loraPlusRatio") ? options.Number("loraPlusRatio") : 1;
        if (TaskAdapters.IsIn(folder))
        {
            var several = TaskAdapters.Load(model, folder);
            several.SetLoraPlusRatio(ratio);
            if (Owners.Trained(spec).FirstOrDefault(task => !several.Tasks.Contains(task.Name)) is not { } missing) return several;
            several.Dispose();
            throw new InvalidInputException("model.adapter", $"The folder has adapters for {string.Join(", ", several.Tasks)} and none for {missing.Name}: name the tasks as there, or start from another adapter");
        }
        if (sharing is "task" or "group") return TaskAdapters.Create(model, shared: null, Owners.Of(spec, sharing == "group"), () => Read(model, spec, folder, ratio));
        return sharing == "shared" ? Read(model, spec, folder, ratio)
            : throw new InvalidInputException("peft.options.sharing", $"An adapter to start from cannot be divided into a shared and private ones: choose shared, task or group (you gave {sharing})");
    }

    private static Adapter Read(CausalLm model, RunSpec spec, string folder, double ratio)
    {
        var adapter = Adapter.Load(model, folder);
        adapter.LoraPlusRatio = ratio;
        if (adapter.Method is not { } method || method == spec.Peft.Name) return adapter;
        adapter.Dispose();
        throw new InvalidInputException("peft.name", $"The adapter to start from is of the kind {method} (you chose {spec.Peft.Name}): set peft.name to {method}, or leave model.adapter out");
    }

    private static LoraOptions Lora(PeftOptions o) => new()
    {
        Rank = o.Integer("rank"), Alpha = o.Number("alpha"), Dropout = o.Number("dropout"), TargetModules = o.Texts("targets"), RankStabilized = o.Flag("rsLora"), Layers = o.Layers(),
        Bias = o.Text("bias") switch { "all" => BiasTraining.All, "lora_only" => BiasTraining.Adapted, _ => BiasTraining.None },
        ModulesToSave = o.Texts("modulesToSave"), RankPattern = o.Numbers("rankPattern"), AlphaPattern = o.Numbers("alphaPattern"),
    };

    private static ChosenWeightsOptions ChosenLayers(PeftOptions o) => new()
    {
        Layers = o.Layers(), Modules = o.Texts("modules"), Embeddings = o.Flag("embeddings"), Head = o.Flag("head"), FinalNorm = o.Flag("finalNorm"),
    };

    /// <summary>The options of a spec's method, with the catalog's defaults.</summary>
    private sealed class PeftOptions(CausalLm model, RunSpec spec)
    {
        public CausalLm Model => model;
        public long Seed => spec.Seed;
        public IReadOnlyList<string> Tasks => [.. Owners.Trained(spec).Select(task => task.Name)];

        public bool Has(string name) => MethodCatalog.Get(MethodKind.Peft, spec.Peft.Name).Parameters.Any(parameter => parameter.Name == name);

        public int Integer(string name) => spec.Peft.Options.Integer(MethodKind.Peft, spec.Peft.Name, name);
        public double Number(string name) => spec.Peft.Options.Number(MethodKind.Peft, spec.Peft.Name, name);
        public bool Flag(string name) => spec.Peft.Options.Flag(MethodKind.Peft, spec.Peft.Name, name);
        public string Text(string name) => spec.Peft.Options.Text(MethodKind.Peft, spec.Peft.Name, name) ?? "";
        public IReadOnlyList<string> Texts(string name) => spec.Peft.Options.Texts(MethodKind.Peft, spec.Peft.Name, name) is var texts && spec.Peft.Options.ContainsKey(name) ? texts : ModuleNames.Default(texts, model.Linears.Select(layer => layer.Name));
        public IReadOnlyList<KeyValuePair<string, double>> Numbers(string name) => spec.Peft.Options.Numbers(name, $"peft.options.{name}");

        /// <summary>Null: all of them, with what stands outside the layers.</summary>
        public IReadOnlyList<int>? Layers() => Text("layers") is { Length: > 0 } chosen ? LayerRange.Parse(chosen, model.Config.NumHiddenLayers, "peft.options.layers") : null;
    }
}
