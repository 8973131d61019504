import '@fontsource-variable/inter/opsz.css';
import './ui/tokens.css';
import './ui/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from './bridge.js';
import { Shell } from './Shell.js';
import { AppContext } from './store/hooks.js';
import { createApp } from './store/store.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

const app = createApp(createClient(window.bridge));

createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <AppContext value={app}>
        <Tooltip.Provider delay={500} closeDelay={0}>
          <Shell />
        </Tooltip.Provider>
      </AppContext>
    </CSPProvider>
  </StrictMode>,
);
