using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Reads a <see cref="FeatureView"/> row by row; raises <see cref="OperationCanceledException"/> when the fit is to stop.</summary>
internal sealed class FeatureCursor(FeatureView view, int[]? order) : DataViewRowCursor
{
    private const int RowsPerCheck = 64;

    private readonly FeatureMatrix features = view.Data.Features;
    private long position = -1;
    private int row = -1;

    public override long Position => position;

    public override long Batch => 0;

    public override DataViewSchema Schema => view.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override bool MoveNext()
    {
        if (position == view.Rows) return false;
        if (++position == view.Rows) return false;
        if (position % RowsPerCheck == 0) view.Stop.ThrowIfCancellationRequested();
        row = order is null ? (int)position : order[position];
        return true;
    }

    // SDCA keeps one dual value per id, so a row has the same id in every pass.
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)row, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Delegate getter = column.Name switch
        {
            FeatureView.FeaturesName => features.IsSparse ? (ValueGetter<VBuffer<float>>)Sparse : Dense,
            FeatureView.WeightName => (ValueGetter<float>)((ref float value) => value = view.Data.Weights[row] * view.WeightScale),
            _ => Label(),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");
    }

    private Delegate Label() => view.Form switch
    {
        LabelForm.Boolean => (ValueGetter<bool>)((ref bool value) => value = view.Data.Labels[row] > 0),
        LabelForm.Key => (ValueGetter<uint>)((ref uint value) => value = (uint)view.Data.Labels[row] + 1),
        _ => (ValueGetter<float>)((ref float value) => value = (float)((view.Data.Labels[row] - view.LabelShift) / view.LabelScale)),
    };

    private void Dense(ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, features.Width);
        features.Row(row).Values.CopyTo(editor.Values);
        FillMissing(editor.Values);
        value = editor.Commit();
    }

    private void Sparse(ref VBuffer<float> value)
    {
        FeatureRow stored = features.Row(row);
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, features.Width, stored.Values.Length);
        stored.Values.CopyTo(editor.Values);
        // A row that is full counts as dense, and then has no indices.
        if (stored.Values.Length < features.Width) stored.Indices.CopyTo(editor.Indices);
        FillMissing(editor.Values);
        value = editor.Commit();
    }

    private void FillMissing(Span<float> values)
    {
        if (float.IsNaN(view.Missing)) return;
        foreach (ref float value in values)
            if (float.IsNaN(value)) value = view.Missing;
    }
}
