import { useApp, useAppState } from '../store/hooks.js';
import { type Choice, Segments } from '../ui/controls.js';
import { Row } from './Row.js';

const themes: readonly Choice<'system' | 'dark' | 'light'>[] = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

export function WindowSettings() {
  const app = useApp();
  const theme = useAppState((state) => state.window.theme);
  return (
    <Row title="Light and dark" text="The lightbox is always dark.">
      <Segments
        label="Light and dark"
        value={theme}
        choices={themes}
        onChange={(next) => app.setWindow({ theme: next })}
      />
    </Row>
  );
}
