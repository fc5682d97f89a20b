using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Looks words up in a table of embeddings so that a batch's gradient covers the rows it touched alone, and can move the words it gives.</summary>
/// <remarks>
/// torch's own lookup gives a gradient as large as the table, of which a batch touches one percent. Here the batch's distinct rows are copied
/// into a small leaf; its gradient goes to <see cref="FusedAdamW"/> with the rows' indices. The sums are the same.
/// A module that owns a table asks this, where it is given one, in place of its own lookup.
/// Not for a table that takes part in another product as well (tied output weights): its gradient would miss that part.
/// </remarks>
/// <param name="table">[words × width], on the processor for updates by rows; elsewhere the lookup is torch's.</param>
internal sealed class WordRows(Parameter table) : IDisposable
{
    private readonly List<(int[] Rows, Tensor Values)> looked = [];
    private int[] slots = [];

    /// <summary>[words × width].</summary>
    public Parameter Table { get; } = table;

    /// <summary>Moves the words of every lookup; null for nothing. For adversarial training.</summary>
    public WordMove? Move { get; set; }

    /// <summary>Whether lookups that need a gradient keep it by rows; set by an optimizer that takes it so.</summary>
    public bool KeepsRows { get; set; }

    /// <summary>Told the rows that are about to be read, so that updates that were put off are made first.</summary>
    public Action<int[]>? BeforeRead { get; set; }

    /// <summary>The words' embeddings.</summary>
    /// <param name="ids">int64, [batch × length], each a row of the table.</param>
    /// <returns>[batch × length × width].</returns>
    public Tensor Look(Tensor ids)
    {
        Tensor words = KeepsRows && is_grad_enabled() && Table.requires_grad ? ByRows(ids) : Table.index_select(0, ids.reshape(-1)).view([.. ids.shape, Table.shape[1]]);
        return Move is null ? words : Move.Apply(words);
    }

    /// <summary>Gradients of all lookups since the last call, and forgets them: the rows and [rows × width], float32. A row may stand in several.</summary>
    public IReadOnlyList<(int[] Rows, Tensor Gradient)> TakeGradients()
    {
        List<(int[], Tensor)> taken = [];
        foreach ((int[] rows, Tensor values) in looked)
        {
            if (values.grad is { } gradient) taken.Add((rows, gradient));
            values.Dispose();
        }
        looked.Clear();
        return taken;
    }

    public void Dispose()
    {
        foreach ((_, Tensor values) in looked) values.Dispose();
        looked.Clear();
        Move = null;
    }

    private Tensor ByRows(Tensor ids)
    {
        using Tensor flat = ids.contiguous();
        ReadOnlySpan<long> words = MemoryMarshal.Cast<byte, long>(flat.bytes);
        if (slots.Length == 0) slots = new int[checked((int)Table.shape[0])];
        // Rows in order of first appearance; slots holds 1 + the row's place and is wiped behind.
        List<int> rows = [];
        long[] places = new long[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            int word = checked((int)words[i]);
            if (slots[word] == 0)
            {
                rows.Add(word);
                slots[word] = rows.Count;
            }
            places[i] = slots[word] - 1;
        }
        int[] distinct = [.. rows];
        foreach (int word in distinct) slots[word] = 0;
        BeforeRead?.Invoke(distinct);

        using Tensor at = tensor(Array.ConvertAll(distinct, r => (long)r)), place = tensor(places);
        Tensor values;
        using (no_grad()) values = Table.index_select(0, at);
        values.requires_grad_(true).DetachFromDisposeScope();
        looked.Add((distinct, values));
        return values.index_select(0, place).view([.. ids.shape, Table.shape[1]]);
    }
}
