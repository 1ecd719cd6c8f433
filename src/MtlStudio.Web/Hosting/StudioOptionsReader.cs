using System.Text.RegularExpressions;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>Reads <see cref="StudioOptions"/> and refuses bad ones with every fault at once, before anything is made.</summary>
public static partial class StudioOptionsReader
{
    /// <exception cref="InvalidInputException">A value that cannot be read or is out of range; an unknown name.</exception>
    public static StudioOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(StudioOptions.Section);
        var errors = UnknownNames(section, typeof(StudioOptions), StudioOptions.Section).ToList();
        var options = Bind(section, errors);
        if (options is not null) errors.AddRange(Faults(options));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return options! with { DataFolder = options.DataFolder.Length == 0 ? Core.IO.DataFolder.DefaultPath() : Path.GetFullPath(options.DataFolder) };
    }

    private static StudioOptions? Bind(IConfigurationSection section, List<FieldError> errors)
    {
        try
        {
            return section.Get<StudioOptions>() ?? new StudioOptions();
        }
        catch (InvalidOperationException fault)
        {
            // The binder's message names the key; the value is in the inner exception.
            errors.Add(new FieldError(StudioOptions.Section, $"{fault.Message} {fault.InnerException?.Message}".Trim()));
            return null;
        }
    }

    private static IEnumerable<FieldError> Faults(StudioOptions options)
    {
        if (options.DataFolder.Contains('\0')) yield return new("Studio:DataFolder", "The data folder's path must not contain a zero character");
        for (var i = 0; i < options.Devices.Count; i++)
        {
            var device = options.Devices[i];
            if (!DeviceName().IsMatch(device.Name))
                yield return new($"Studio:Devices:{i}:Name", $"A device is \"cpu:N\" or \"cuda:N\" (you gave \"{device.Name}\")");
            if (device.Threads is < 0 or > 1024)
                yield return new($"Studio:Devices:{i}:Threads", $"Threads must be 0 (shared out) to 1024 (you gave {device.Threads})");
            if (options.Devices.Take(i).Any(other => other.Name == device.Name))
                yield return new($"Studio:Devices:{i}:Name", $"\"{device.Name}\" is listed twice: give each slot its own number");
        }
        foreach (var host in options.Hosts)
            if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
                yield return new("Studio:Hosts", $"\"{host}\" is no host name: give names without scheme or port");
        if (options.Supervision.Trainer is { Length: > 0 } trainer && !File.Exists(trainer))
            yield return new("Studio:Supervision:Trainer", $"There is no file {Path.GetFullPath(trainer)}: name the trainer's program, or leave it out");
        if (options.Supervision.DeathsBeforeFailure < 1)
            yield return new("Studio:Supervision:DeathsBeforeFailure", $"must be at least 1 (you gave {options.Supervision.DeathsBeforeFailure})");
        if (options.Supervision.TrainerNice is < 0 or > 19)
            yield return new("Studio:Supervision:TrainerNice", $"must be from 0 to 19 (you gave {options.Supervision.TrainerNice})");
        foreach (var (name, time) in new[] { ("PollInterval", options.Supervision.PollInterval), ("LivenessInterval", options.Supervision.LivenessInterval) })
            if (time < TimeSpan.FromMilliseconds(1) || time > TimeSpan.FromMinutes(1))
                yield return new($"Studio:Supervision:{name}", $"must be from 00:00:00.001 to 00:01:00 (you gave {time})");
        foreach (var (name, time) in new[] { ("TerminateAfter", options.Supervision.TerminateAfter), ("KillAfter", options.Supervision.KillAfter), ("StallAlarmAfter", options.Supervision.StallAlarmAfter), ("EndSilentAfter", options.Supervision.EndSilentAfter) })
            if (time < TimeSpan.Zero)
                yield return new($"Studio:Supervision:{name}", $"must not be negative (you gave {time})");
        if (options.Limits.RequestBytes < 1 << 16) yield return new("Studio:Limits:RequestBytes", $"must be at least 65536 (you gave {options.Limits.RequestBytes})");
        if (options.Limits.UploadBytes < 1 << 20) yield return new("Studio:Limits:UploadBytes", $"must be at least 1048576 (you gave {options.Limits.UploadBytes})");
        if (options.Limits.MessageBytes < 1 << 16) yield return new("Studio:Limits:MessageBytes", $"must be at least 65536 (you gave {options.Limits.MessageBytes})");
    }

    /// <summary>A mistyped name would otherwise be ignored in silence, and the studio would write to the wrong folder.</summary>
    private static IEnumerable<FieldError> UnknownNames(IConfigurationSection section, Type type, string path)
    {
        var known = type.GetProperties().ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var property))
                yield return new($"{path}:{child.Key}", $"there is no such setting; known are {string.Join(", ", known.Keys)}");
            else if (property.PropertyType.Assembly == type.Assembly)
                foreach (var error in UnknownNames(child, property.PropertyType, $"{path}:{child.Key}")) yield return error;
        }
    }

    [GeneratedRegex("^(cpu|cuda):[0-9]{1,3}$")]
    private static partial Regex DeviceName();
}
