using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>The studio's own settings, each a JSON value by its key.</summary>
public sealed class SettingStore(StoreWriter writer, IDbContextFactory<StudioContext> contexts)
{
    /// <summary>Called after a setting was written, with its key.</summary>
    public event Action<string>? Changed;

    /// <summary>The value; <paramref name="otherwise"/> where it was never set.</summary>
    public async Task<T> ReadAsync<T>(string key, T otherwise, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await ReadAsync(context, key, otherwise, cancellation);
    }

    /// <summary>Sets the value.</summary>
    public async Task WriteAsync<T>(string key, T value, CancellationToken cancellation = default)
    {
        await writer.WriteAsync(context => PutAsync(context, key, value), cancellation);
        Changed?.Invoke(key);
    }

    /// <summary>Changes the value in one transaction, from what stands there.</summary>
    public async Task<T> UpdateAsync<T>(string key, T otherwise, Func<T, T> change, CancellationToken cancellation = default)
    {
        var value = await writer.WriteAsync(async context =>
        {
            var changed = change(await ReadAsync(context, key, otherwise, CancellationToken.None));
            await PutAsync(context, key, changed);
            return changed;
        }, cancellation);
        Changed?.Invoke(key);
        return value;
    }

    internal static async Task<T> ReadAsync<T>(StudioContext context, string key, T otherwise, CancellationToken cancellation) =>
        await context.Settings.AsNoTracking().SingleOrDefaultAsync(setting => setting.Key == key, cancellation) is { } row
            ? JsonSerializer.Deserialize<T>(row.ValueJson, WireJson.Compact) ?? otherwise : otherwise;

    private static async Task PutAsync<T>(StudioContext context, string key, T value)
    {
        var row = await context.Settings.SingleOrDefaultAsync(setting => setting.Key == key, CancellationToken.None) ?? context.Settings.Add(new() { Key = key }).Entity;
        row.ValueJson = JsonSerializer.Serialize(value, WireJson.Compact);
    }
}
